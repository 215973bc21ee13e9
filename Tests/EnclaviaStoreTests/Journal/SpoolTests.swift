import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Glibc
import TestSupport
import Testing

struct SpoolTests {
    let store: TemporaryStore

    init() throws {
        store = try TemporaryStore()
    }

    private var spooled: [String] {
        store.paths.spools.flatMap { directory in
            ((try? FileManager.default.contentsOfDirectory(atPath: directory.string)) ?? [])
                .map { directory.string + "/" + $0 }
        }
    }

    /// Damages the store in one of three ways.
    private func damage(_ how: String) throws {
        let url = URL(filePath: store.paths.database.string)
        switch how {
        case "header":
            var data = try Data(contentsOf: url)
            data.replaceSubrange(0..<32, with: Data(repeating: 7, count: 32))
            try data.write(to: url)
        case "foreign":
            try Data(
                "this is no database, and longer than a header of a hundred bytes is: \(how)".utf8
            )
            .write(to: url)
        default:
            try FileManager.default.removeItem(at: url)
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        }
    }

    @Test(arguments: ["header", "foreign", "directory"])
    func `a push goes to the spool if the store is damaged, and is recovered later`(
        how: String
    ) async throws {
        let before = await SamplePush(tag: "before").record(in: store.journal(), store.clock)
        try store.checkpoint()
        let sound = try Data(contentsOf: URL(filePath: store.paths.database.string))
        try damage(how)

        let receipt = await SamplePush().record(in: store.journal(), store.clock)
        guard case .spool(let path, _, _) = receipt.location else {
            Issue.record("\(receipt.location)")
            return
        }
        #expect(spooled == [path])
        #expect(receipt.record.state.outcome == .succeeded)

        try FileManager.default.removeItem(atPath: store.paths.database.string)
        try sound.write(to: URL(filePath: store.paths.database.string))
        let summary = try await store.journal().recover()
        #expect(summary.recoveredPushes == [receipt.record.id])
        #expect(spooled.isEmpty)
        #expect(try store.history().record(receipt.record.id) == receipt.record)
        #expect(try store.history().record(before.record.id) == before.record)
        #expect(try store.history().verify(head: nil) { _ in }.difference == nil)
    }

    @Test
    func `if the store is locked during a push, the rest of the push goes to the spool`()
        async throws
    {
        let journal = store.journal(busySeconds: 1)
        let entry = await SamplePush().begin(in: journal, store.clock)
        let other = try TemporaryStore.holder(store.paths.database.string)
        try await onThread {
            try other.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
        }
        await entry.appendPushed(
            digest: SamplePush.digest(1), mediaType: nil, sizeBytes: nil, after: .history,
            at: store.clock.now())
        try await onThread { try other.inDatabase { try $0.execute(sql: "ROLLBACK") } }
        let receipt = await entry.finish(PushEnding(at: store.clock.now()))
        guard case .spool(_, let reason, _) = receipt.location else {
            Issue.record("\(receipt.location)")
            return
        }
        #expect(reason == "another process has held it for 1 s")

        // A running push is not recovered.
        #expect(try await store.journal().recover().recoveredPushes.isEmpty)
        await entry.close()
        #expect(try store.history().summary().spooled == 1)
        #expect(try await store.journal().recover().recoveredPushes == [entry.id])
        #expect(try store.history().record(entry.id) == receipt.record)
        #expect(try store.history().verify(head: nil) { _ in }.difference == nil)
    }

    @Test
    func `a spool file that comes back after recovery adds no events`() async throws {
        try store.makeStateDirectory()
        try Data(repeating: 1, count: 4096).write(to: URL(filePath: store.paths.database.string))
        let receipt = await SamplePush().record(in: store.journal(), store.clock)
        let path = try #require(spooled.first)
        let text = try Data(contentsOf: URL(filePath: path))
        try FileManager.default.removeItem(atPath: store.paths.database.string)
        _ = try await store.journal().recover()
        let events = try store.history().summary().events

        try text.write(to: URL(filePath: path))
        #expect(try await store.journal().recover().recoveredPushes == [receipt.record.id])
        #expect(try store.history().summary().events == events)
        #expect(spooled.isEmpty)
    }

    @Test
    func `an incomplete line of a spool file is skipped`() async throws {
        try store.makeStateDirectory()
        try Data(repeating: 1, count: 4096).write(to: URL(filePath: store.paths.database.string))
        let receipt = await SamplePush().record(in: store.journal(), store.clock)
        let path = try #require(spooled.first)
        var text = try Data(contentsOf: URL(filePath: path))
        text.removeLast(20)
        try text.write(to: URL(filePath: path))
        try FileManager.default.removeItem(atPath: store.paths.database.string)
        _ = try await store.journal().recover()
        let stored = try #require(try store.history().record(receipt.record.id))
        #expect(stored.revision == receipt.record.revision - 1)
        #expect(stored.state.outcome == .succeeded)
    }

    @Test
    func `an unreadable spool file is renamed, and gives a warning`() async throws {
        try store.makeStateDirectory()
        let directory = store.paths.spools[0].string
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true)
        let path = "\(directory)/\(store.clock.newID()).jsonl"
        try Data("{}\n".utf8).write(to: URL(filePath: path))
        let summary = try await store.journal().recover()
        #expect(summary.warnings == [.damagedSpool(path: path + ".damaged")])
        #expect(spooled == [path + ".damaged"])
        #expect(try Data(contentsOf: URL(filePath: path + ".damaged")) == Data("{}\n".utf8))
        // A second one with the same name does not replace it.
        try Data("[]\n".utf8).write(to: URL(filePath: path))
        _ = try await store.journal().recover()
        #expect(spooled.count == 2)
    }

    @Test(arguments: [0, 1, 3])
    func `all readable lines of a spool file are recovered, and a damaged line is kept`(
        _ whole: Int
    ) async throws {
        try store.makeStateDirectory()
        try Data(repeating: 1, count: 4096).write(to: URL(filePath: store.paths.database.string))
        let receipt = await SamplePush().record(in: store.journal(), store.clock)
        let path = try #require(spooled.first)
        let lines = try store.lines(path)
        try #require(lines.count > whole + 1)
        // A sector that was never written, and a line after it that was.
        let torn = String(repeating: "\0", count: 512) + lines[whole].dropFirst(512)
        let text = (lines[..<whole] + [torn] + lines[(whole + 1)...]).map { $0 + "\n" }.joined()
        try Data(text.utf8).write(to: URL(filePath: path))
        try FileManager.default.removeItem(atPath: store.paths.database.string)
        let another = await SamplePush(tag: "other").record(in: store.journal(), store.clock)
        #expect(another.location == .store)
        #expect(spooled == [path + ".damaged"])
        #expect(try String(contentsOfFile: path + ".damaged", encoding: .utf8) == torn + "\n")
        // The last line has the whole record.
        let stored = try store.history().record(receipt.record.id)
        #expect(stored?.state == receipt.record.state)
        #expect(try store.history().verify(head: nil) { _ in }.isIntact == true)
    }

    @Test func `a spool file that cannot be recovered does not block the others`() async throws {
        let first = await SamplePush(repository: "one").record(in: store.journal(), store.clock)
        let holder = try TemporaryStore.holder(store.paths.database.string)
        try await onThread { try holder.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") } }
        let journal = store.journal(busySeconds: 1)
        let bad = await SamplePush(repository: "one").record(in: journal, store.clock)
        let good = await SamplePush(repository: "two").record(in: journal, store.clock)
        try await onThread { try holder.inDatabase { try $0.execute(sql: "ROLLBACK") } }
        try store.edit { try $0.execute(sql: "CREATE UNIQUE INDEX once ON push (repository)") }
        let summary = try await store.journal().recover()
        #expect(summary.recoveredPushes == [good.record.id])
        #expect(summary.warnings.count == 1 && spooled.count == 1)
        try store.edit { try $0.execute(sql: "DROP INDEX once") }
        #expect(try await store.journal().recover().recoveredPushes == [bad.record.id])
        #expect(try store.history().record(first.record.id) == first.record)
    }

    @Test func `a state directory that others can write to gives a warning`()
        async throws
    {
        await SamplePush().record(in: store.journal(), store.clock)
        chmod(store.paths.stateDirectory.string, 0o777)
        let warning = StoreWarning.openDirectory(
            path: store.paths.stateDirectory.string, mode: 0o777)
        #expect(await SamplePush().record(in: store.journal(), store.clock).location == .store)
        #expect(try await store.journal().recover().warnings == [warning])
        chmod(store.paths.stateDirectory.string, 0o700)
        #expect(try await store.journal().recover().warnings.isEmpty)
    }

    @Test func `a runtime directory that others can write to is not used for the spool`()
        async throws
    {
        try store.makeStateDirectory()
        try Data(repeating: 1, count: 4096).write(to: URL(filePath: store.paths.database.string))
        try Data().write(to: URL(filePath: store.paths.spools[0].string))
        let runtime = try #require(store.paths.runtimeDirectory).string
        try FileManager.default.createDirectory(
            atPath: runtime, withIntermediateDirectories: true)
        chmod(runtime, 0o777)
        let refused = await SamplePush().record(in: store.journal(), store.clock)
        guard case .nowhere = refused.location else {
            Issue.record("\(refused.location)")
            return
        }
        chmod(runtime, 0o700)
        let kept = await SamplePush().record(in: store.journal(), store.clock)
        guard case .spool(_, _, isVolatile: true) = kept.location else {
            Issue.record("\(kept.location)")
            return
        }
    }

    @Test func `a database moved away without its WAL gives a warning, and the WAL is kept`()
        async throws
    {
        await SamplePush(tag: "old").record(in: store.journal(), store.clock)
        // A reader prevents a checkpoint of the WAL.
        let reader = try store.connect()
        _ = try await reader.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM push") }
        let push = SamplePush(tag: "lost")
        let journal = store.journal()
        let lost = await push.record(in: journal, store.clock).record
        let away = store.root + "/away.db"
        try FileManager.default.moveItem(atPath: store.paths.database.string, toPath: away)
        let next = store.journal()
        let records = store.root + "/records"
        try Corpus(count: 1).export.write(toFile: records, atomically: false, encoding: .utf8)
        let summary = try await next.importRecords(from: .file(path: records)) { _ in }
        let orphan = store.paths.database.string + "-wal.orphan"
        #expect(summary.warnings == [.orphanedLog(path: orphan, name: "history.db-wal")])
        await next.close()
        try reader.close()
        await journal.close()
        try FileManager.default.copyItem(atPath: orphan, toPath: away + "-wal")
        let back = try DatabaseQueue(path: away)
        let found = try await back.read { db in
            try Bool.fetchOne(
                db, sql: "SELECT count(*) FROM push WHERE id = ?", arguments: [lost.id.text])
        }
        #expect(found == true)
    }

    @Test
    func `the spool is in the runtime directory if the state directory is unusable`()
        async throws
    {
        try Data().write(to: URL(filePath: store.root + "/state"))
        let receipt = await SamplePush().record(in: store.journal(), store.clock)
        guard case .spool(let path, _, _) = receipt.location else {
            Issue.record("\(receipt.location)")
            return
        }
        #expect(path.hasPrefix(store.root + "/run/enclavia/spool/"))
        try FileManager.default.removeItem(atPath: store.root + "/state")
        #expect(try await store.journal().recover().recoveredPushes == [receipt.record.id])
    }

    @Test
    func `if nothing can be written, the receipt says so`() async throws {
        try Data().write(to: URL(filePath: store.root + "/state"))
        try Data().write(to: URL(filePath: store.root + "/run"))
        let receipt = await SamplePush().record(in: store.journal(), store.clock)
        guard case .nowhere = receipt.location else {
            Issue.record("\(receipt.location)")
            return
        }
        #expect(receipt.record.state.outcome == .succeeded)
        #expect(receipt.record.revision == 7)
    }

    @Test
    func `spooled events are logged at once, and again with their sequence numbers`() async throws {
        try store.makeStateDirectory()
        try Data(repeating: 1, count: 4096).write(to: URL(filePath: store.paths.database.string))
        await SamplePush().record(in: store.journal(), store.clock)
        let first = try events()
        #expect(first.allSatisfy { $0.sequence == nil })
        try FileManager.default.removeItem(atPath: store.paths.database.string)
        _ = try await store.journal().recover()
        let second = try events().dropFirst(first.count)
        #expect(second.map(\.event) == first.map(\.event))
        #expect(second.map(\.sequence) == first.indices.map { Int64($0 + 1) })
    }

    private func events() throws -> [CloudEvent] {
        try store.lines(store.paths.eventLog.string).map {
            try JSONText.decode(CloudEvent.self, from: $0)
        }
    }

    @Test(.enabled(if: geteuid() == 0, "a small file system can only be mounted by root"))
    func `on a full disk the push goes to the spool in the runtime directory`() async throws {
        let state = store.paths.stateDirectory.string
        try store.makeStateDirectory()
        try run("/bin/mount", "-t", "tmpfs", "-o", "size=600k,mode=700", "tmpfs", state)
        defer { try? run("/bin/umount", "-l", state) }
        var receipts: [PushReceipt] = []
        let began = ContinuousClock.now
        for number in 0..<200 {
            let push = SamplePush(
                tag: "v\(number)", labels: ["pad": String(repeating: "x", count: 500)])
            receipts.append(await push.record(in: store.journal(log: .off), store.clock))
            if case .spool(let path, _, _) = receipts[receipts.count - 1].location,
                path.hasPrefix(store.root + "/run")
            {
                break
            }
        }
        // The program must not wait for a file lock that it holds itself, which takes 10 s for each step.
        #expect(ContinuousClock.now - began < .seconds(9))
        let last = try #require(receipts.last)
        guard case .spool = last.location else {
            Issue.record("the disk was never full: \(last.location)")
            return
        }
        try run("/bin/mount", "-o", "remount,size=50m", state)
        _ = try await store.journal(log: .off).recover()
        #expect(spooled.isEmpty)
        for receipt in receipts {
            #expect(try store.history().record(receipt.record.id) == receipt.record)
        }
        #expect(try store.history().verify(head: nil) { _ in }.difference == nil)
    }

    private func run(_ program: String, _ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }
}
