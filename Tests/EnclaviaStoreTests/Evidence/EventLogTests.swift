import EnclaviaCore
import EnclaviaStore
import EnclaviaSystem
import Foundation
import GRDB
import Glibc
import SystemPackage
import TestSupport
import Testing

/// The event log has every event, even after damage of the log or a crash of a writer.
struct EventLogTests {
    let store: TemporaryStore
    private var path: String { store.paths.eventLog.string }

    init() throws {
        store = try TemporaryStore()
    }

    /// A complete command: a push, and the end of its process.
    @discardableResult
    private func push(_ tag: String, log: EventLog? = nil) async -> [StoreWarning] {
        let journal = store.journal(log: log)
        let receipt = await SamplePush(tag: tag).record(in: journal, store.clock)
        return receipt.warnings + (await journal.close())
    }

    /// A push whose process crashes once all of it is committed.
    private func killedPush(_ tag: String) async {
        await SamplePush(tag: tag).record(in: store.journal(), store.clock)
    }

    private func text(_ file: String? = nil) throws -> Data {
        try Data(contentsOf: URL(filePath: file ?? path))
    }

    private func write(_ data: Data, to file: String? = nil) throws {
        let handle = try #require(FileHandle(forWritingAtPath: file ?? path))
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: data)
        try handle.close()
    }

    /// The events of the store.
    private func events() throws -> [String] {
        try store.query { try String.fetchAll($0, sql: "SELECT data FROM event ORDER BY seq") }
    }

    /// Expects that the log has only complete lines, with each event of the store from `first` on once.
    private func expectComplete(from first: Int = 1, _ file: String? = nil) throws {
        let bytes = try text(file)
        #expect(!bytes.contains(0))
        #expect(bytes.last == UInt8(ascii: "\n"))
        let (lines, events) = (try store.lines(file ?? path), try events().dropFirst(first - 1))
        let places = lines.map { line in events.firstIndex(of: line).map { "\($0)" } ?? line }
        #expect(lines == Array(events), "\(places)")
    }

    @Test func `the log has the events of each push in the order of the chain`() async throws {
        await push("v1")
        await push("v2")
        try expectComplete()
    }

    @Test func `the next command appends the events that a killed command did not`() async throws {
        await push("v1")
        await killedPush("v2")
        let lines = try store.lines(path)
        try write(Data(lines.dropLast(3).map { $0 + "\n" }.joined().utf8))
        await push("v3")
        try expectComplete()
    }

    @Test(arguments: [#"{"data":{"half":"#, "\0\0\0\0\0\0", "{\"a\":1}\0\0\n\0\0"])
    func `an incomplete last line is cut off, and its events are appended again`(_ end: String)
        async throws
    {
        await push("v1")
        await killedPush("v2")
        let lines = try store.lines(path)
        try write(Data((lines.dropLast(2).map { $0 + "\n" }.joined() + end).utf8))
        await push("v3")
        try expectComplete()
    }

    @Test func `a gap before a complete line is found, and its events are appended again`()
        async throws
    {
        await push("v1")
        await killedPush("v2")
        let whole = try text()
        var torn = whole
        let middle = try #require(whole.lastIndex(of: UInt8(ascii: "\n"))) - 2_500
        torn.replaceSubrange(middle..<middle + 512, with: Data(count: 512))
        try write(torn)
        await push("v3")
        try expectComplete()
    }

    @Test func `a new log after a rotation continues where the last one ended`() async throws {
        await push("v1")
        await killedPush("v2")
        // The killed command appended nothing to it.
        try write(Data(store.lines(path).prefix(7).map { $0 + "\n" }.joined().utf8))
        try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
        await push("v3")
        try expectComplete(from: 8)
    }

    @Test func `if the log is renamed during a push, the later events go to a new log`()
        async throws
    {
        let journal = store.journal()
        let entry = await SamplePush().begin(in: journal, store.clock)
        let before = try store.lines(path).count
        try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
        await entry.finish(PushEnding(.cancelled, at: store.clock.now()))
        await entry.close()
        await journal.close()
        try expectComplete(from: before + 1)
    }

    @Test func `a log that is turned on later begins with the events of that command`() async throws
    {
        await push("v1", log: .off)
        await push("v2")
        try expectComplete(from: 8)
        await push("v3", log: .off)
        await push("v4")
        let events = try events()
        #expect(try store.lines(path) == Array(events[7..<14] + events[21...]))
    }

    @Test func `commands that write at the same time append each event once, in order`()
        async throws
    {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<12 {
                group.addTask {
                    let warnings = await push("v\(number)")
                    #expect(warnings.isEmpty)
                }
            }
            try await group.waitForAll()
        }
        try expectComplete()
    }

    @Test func `events that another command has appended are not appended again`() async throws {
        await push("v1")
        let log = try FileDescriptor.open(FilePath(path), .writeOnly, options: .append)
        #expect(AdvisoryLock.exclusive.take(on: log) == nil)
        async let late = push("v2")
        // Its first event is committed, and waits for the log.
        #expect(try await eventually { try events().count == 8 })
        await push("v3", log: .off)
        let appended = try events()
        _ = try log.writeAll((appended[7...].joined(separator: "\n") + "\n").utf8)
        try store.edit {
            try $0.execute(
                sql: "UPDATE meta SET value = ? WHERE key = 'logged_through'",
                arguments: ["\(appended.count)"])
        }
        try log.close()
        #expect(await late.isEmpty)
        #expect(try events().count > appended.count)
        try expectComplete()
    }

    @Test func `events of a store that was restored from a copy are appended, too`() async throws {
        await push("v1")
        try store.checkpoint()
        let copy = try Data(contentsOf: URL(filePath: store.paths.database.string))
        await push("lost")
        try store.checkpoint()
        let lost = try store.lines(path)
        try copy.write(to: URL(filePath: store.paths.database.string))
        await push("v2")
        #expect(try store.lines(path) == lost + Array(try events().dropFirst(7)))
    }

    @Test func `lines of another history in the same log are kept`() async throws {
        let log = EventLog.named(path: store.root + "/shared.jsonl")
        let other = try TemporaryStore()
        let journal = other.journal(log: log)
        await push("v1", log: log)
        await SamplePush(tag: "other").record(in: journal, other.clock)
        await journal.close()
        let file = store.root + "/shared.jsonl"
        let others = try store.lines(file).suffix(7)
        var torn = try text(file)
        torn.append(contentsOf: Data("{\"data\":{\"torn".utf8))
        try write(torn, to: file)
        await push("v2", log: log)
        #expect(try store.lines(file) == Array(try events()[..<7] + others + events()[7...]))
    }

    @Test(arguments: [
        "{\"important\": \"no newline\"}", "bin\0ary\0\nmo\0re", "a line\nunended", "one\ntwo\n",
    ])
    func `another program's file is not cut, and its last line gets its newline`(_ text: String)
        async throws
    {
        let file = store.root + "/other.log"
        try Data(text.utf8).write(to: URL(filePath: file))
        await push("v1", log: .named(path: file))
        let ended = text.hasSuffix("\n") ? text : text + "\n"
        let wanted = try ended + events().map { $0 + "\n" }.joined()
        #expect(try self.text(file) == Data(wanted.utf8))
    }

    @Test func `a descriptor that the program itself opened is not used as a log`() async throws {
        for number in 3..<40 {
            let flags = fcntl(CInt(number), F_GETFD)
            guard flags < 0 || flags & FD_CLOEXEC != 0 else { continue }
            let log = EventLog.named(path: "/dev/fd/\(number)")
            await push("v\(number)", log: log)
        }
        #expect(try store.history().verify(head: nil) { _ in }.isIntact == true)
    }

    @Test func `lines of events that a restore removed do not count as this history's`()
        async throws
    {
        await push("v1")
        try store.checkpoint()
        let copy = try Data(contentsOf: URL(filePath: store.paths.database.string))
        await push("lost1")
        await push("lost2")
        try store.checkpoint()
        try copy.write(to: URL(filePath: store.paths.database.string))
        await push("v2")
        #expect(try store.history().verify(head: nil) { _ in }.isIntact == true)
        await killedPush("v3")
        await push("v4")
        let lines = try store.lines(path)
        #expect(try events().allSatisfy { lines.contains($0) })
    }

    @Test func `a bare name is a file in the working directory, and a link is followed`()
        async throws
    {
        let target = store.root + "/target.jsonl"
        try FileManager.default.createSymbolicLink(
            atPath: store.root + "/link.jsonl", withDestinationPath: target)
        let log = EventLog(
            setting: "link.jsonl", paths: store.paths, workingDirectory: store.root)
        #expect(await push("v1", log: log).isEmpty)
        try expectComplete(target)
        let type = try FileManager.default.attributesOfItem(
            atPath: store.root + "/link.jsonl")[.type]
        #expect(type as? FileAttributeType == .typeSymbolicLink)
    }

    @Test func `a pipe without a reader gives a warning, and does not block a push`() async throws {
        let pipe = store.root + "/pipe"
        try #require(mkfifo(pipe, 0o600) == 0)
        let warnings = await push("v1", log: .named(path: pipe))
        #expect(try store.history().summary().pushes == 1)
        // The warning was in the receipt of the push's first step.
        #expect(warnings.isEmpty)
        let journal = store.journal(log: .named(path: pipe))
        let summary = try await journal.prune(before: store.clock.now(), host: nil)
        await journal.close()
        #expect(summary.warnings.isEmpty && summary.pushes == 0)
        await SamplePush(tag: "v1", outcome: .failed).record(in: store.journal(), store.clock)
        let pruned = try await journal.prune(before: store.clock.now(), host: nil)
        guard case .eventLog(pipe, _)? = pruned.warnings.first else {
            Issue.record("\(pruned.warnings)")
            return
        }
    }

    @Test func `a log that could not be written is made complete once it can`() async throws {
        await push("v1")
        try FileManager.default.moveItem(atPath: path, toPath: path + ".away")
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false)
        await push("v2")
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.moveItem(atPath: path + ".away", toPath: path)
        await push("v3")
        try expectComplete()
    }

    @Test func `the recorded end of the log must be the sequence number of an event`() async throws
    {
        await push("v1")
        let noted = try store.query {
            try String.fetchOne($0, sql: "SELECT value FROM meta WHERE key = 'logged_through'")
        }
        #expect(noted == "7")
        #expect(try store.history().verify(head: nil) { _ in }.isIntact == true)
        for value in ["8", "-1", "07", "x"] {
            try store.edit {
                try $0.execute(
                    sql: "UPDATE meta SET value = ? WHERE key = 'logged_through'",
                    arguments: [value])
            }
            #expect(
                try store.history().verify(head: nil) { _ in }.difference
                    == .projection(table: "meta", key: "logged_through", column: "value"))
        }
    }
}
