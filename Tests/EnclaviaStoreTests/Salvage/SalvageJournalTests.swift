import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Testing

/// Damaged journals beside a history: SQLite ignores what it cannot read of them, without an error.
struct SalvageJournalTests {
    /// A history of three pushes whose events are in the write-ahead log alone.
    private func logged() async throws -> (folder: SalvageFolder, report: VerifyReport) {
        let store = try TemporaryStore()
        let journal = store.journal()
        for tag in ["v1", "v2", "v3"] {
            await SamplePush(tag: tag).record(in: journal, store.clock)
        }
        let folder = try copy(of: store, ["", "-wal"])
        let report = try store.history().verify(head: nil) { _ in }
        await journal.close()
        return (folder, report)
    }

    private func copy(of store: TemporaryStore, _ suffixes: [String]) throws -> SalvageFolder {
        let folder = try SalvageFolder([])
        try FileManager.default.removeItem(atPath: folder.file)
        for suffix in suffixes {
            try FileManager.default.copyItem(
                atPath: store.paths.database.string + suffix, toPath: folder.file + suffix)
        }
        return folder
    }

    private func change(
        _ suffix: String, of folder: SalvageFolder, _ body: (inout Data) -> Void
    ) throws {
        let url = URL(filePath: folder.file + suffix)
        var bytes = try Data(contentsOf: url)
        body(&bytes)
        try bytes.write(to: url)
    }

    @Test(arguments: [32, 4096])
    func `a log with a zeroed header is no log that has nothing`(_ zeros: Int) async throws {
        let (folder, report) = try await logged()
        try change("-wal", of: folder) {
            $0.replaceSubrange(0..<zeros, with: Data(count: zeros))
        }
        let summary = try folder.salvage()
        let mark = try #require(summary.mark)
        #expect(mark.isEndUnknown)
        // The frames behind the header are read for what they have.
        #expect(summary.pushes == 3 && mark.sequence == Int64(report.events))
        #expect(try folder.salvaged().verified(head: report.head).isIntact == true)
    }

    @Test func `a frame of another log within the log is damage, and the others are read`()
        async throws
    {
        let (folder, report) = try await logged()
        // The second half of the salt of the first frame.
        try change("-wal", of: folder) { $0[32 + 12] ^= 0xFF }
        let summary = try folder.salvage()
        #expect(summary.mark?.isEndUnknown == true)
        #expect(summary.mark?.sequence == Int64(report.events) && summary.pushes == 3)
    }

    @Test func `a log that is cut within a transaction may have had later events`() async throws {
        let (folder, _) = try await logged()
        let whole = try Data(contentsOf: URL(filePath: folder.file + "-wal"))
        let frame = 24 + 4096
        var commits: Set<Int> = [32]
        for end in stride(from: 32 + frame, through: whole.count, by: frame)
        where whole[(end - frame + 4)..<(end - frame + 8)].contains(where: { $0 != 0 }) {
            commits.insert(end)
        }
        try #require(commits.count > 3)
        let ends = Array(stride(from: 32 + frame / 2, through: whole.count, by: frame / 2))
        for end in ends.suffix(30) {
            try whole.prefix(end).write(to: URL(filePath: folder.file + "-wal"))
            let summary: SalvageSummary
            do { summary = try folder.salvage() } catch SalvageError.nothing { continue }
            #expect(
                summary.mark?.isEndUnknown == true || summary.isWhole && commits.contains(end)
                    || summary.lostPushes.count > 0, "\(end): \(summary)")
            try FileManager.default.removeItem(atPath: folder.out)
        }
    }

    @Test func `what an older log left behind the end of a log is no damage`() async throws {
        let store = try TemporaryStore()
        let journal = store.journal()
        for number in 0..<8 {
            await SamplePush(tag: "v\(number)").record(in: journal, store.clock)
        }
        // The next transaction begins the log anew, in the same file.
        let queue = try store.connect()
        let isBusy = try queue.inDatabase {
            try Bool.fetchOne($0, sql: "PRAGMA wal_checkpoint(RESTART)")
        }
        try queue.close()
        try #require(isBusy == false)
        await SamplePush(tag: "last").record(in: journal, store.clock)
        let folder = try copy(of: store, ["", "-wal"])
        await journal.close()
        let summary = try folder.salvage()
        #expect(summary.isWhole && summary.pushes == 9, "\(summary)")
    }

    /// A history with an unfinished transaction, part of which is in the file.
    private func unfinished(
        _ change: String = "UPDATE event SET hash = zeroblob(32)"
    ) async throws -> (folder: SalvageFolder, report: VerifyReport) {
        let store = try TemporaryStore()
        let journal = store.journal()
        for tag in ["v1", "v2"] { await SamplePush(tag: tag).record(in: journal, store.clock) }
        await journal.close()
        let report = try store.verified()
        try store.checkpoint()
        let queue = try store.connect()
        let folder = try queue.inDatabase { db in
            _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = DELETE")
            // Pages of the transaction go to the file before it ends.
            try db.execute(sql: "PRAGMA cache_size = 1; BEGIN IMMEDIATE; \(change)")
            let folder = try copy(of: store, ["", "-journal"])
            try db.execute(sql: "ROLLBACK")
            return folder
        }
        try queue.close()
        return (folder, report)
    }

    @Test func `an unfinished transaction in a rollback journal is not salvaged`() async throws {
        let (folder, report) = try await unfinished()
        let before = try folder.contents()
        let summary = try folder.salvage()
        #expect(summary.isWhole && summary.head == report.head && summary.pushes == 2)
        var after = try folder.contents()
        after["new.db"] = nil
        #expect(after == before)
        #expect(try folder.salvaged().verified().isIntact == true)
    }

    @Test(arguments: [0, 12, 2000])
    func `a damaged rollback journal makes the end uncertain`(_ place: Int) async throws {
        let (folder, _) = try await unfinished()
        try change("-journal", of: folder) { journal in
            for index in place..<place + 16 { journal[index] ^= 0xFF }
        }
        #expect(try folder.salvage().mark?.isEndUnknown == true)
    }

    @Test(arguments: [8, 9, 10, 11, 16, 17, 18, 19, 22, 26])
    func `any change of a rollback journal's header is found`(_ place: Int) async throws {
        let (folder, _) = try await unfinished()
        for bit in 0..<8 {
            try change("-journal", of: folder) { $0[place] ^= 1 << bit }
            let summary = try folder.salvage()
            #expect(summary.mark?.isEndUnknown == true, "bit \(bit) of byte \(place)")
            try FileManager.default.removeItem(atPath: folder.out)
            try change("-journal", of: folder) { $0[place] ^= 1 << bit }
        }
    }

    @Test(arguments: [0, 100, 4096])
    func `events in an intact log are salvaged without the database`(_ length: Int) async throws {
        let (folder, report) = try await logged()
        try change("", of: folder) { $0 = $0.prefix(length) }
        let summary = try folder.salvage()
        #expect(summary.pushes == 3 && summary.events >= report.events, "\(summary)")
        #expect(try folder.salvaged().verified(head: report.head).isIntact == true)
    }

    @Test func `the file that a rollback journal names is not deleted`() async throws {
        let (folder, _) = try await unfinished()
        let victim = folder.store.root + "/victim"
        try Data("a key".utf8).write(to: URL(filePath: victim))
        // A page number that no page has, the name, its length, the sum of its bytes, and the mark of a journal.
        let name = Array(victim.utf8)
        var trailer = Data([0, 4, 0, 1]) + Data(name)
        for number in [UInt32(name.count), name.reduce(0) { $0 &+ UInt32($1) }] {
            withUnsafeBytes(of: number.bigEndian) { trailer.append(contentsOf: $0) }
        }
        trailer.append(contentsOf: [0xD9, 0xD5, 0x05, 0xF9, 0x20, 0xA1, 0x63, 0xD7])
        try change("-journal", of: folder) { $0.append(trailer) }
        let before = try folder.contents()
        let summary = try folder.salvage()
        #expect(summary.mark?.isEndUnknown == true)
        var after = try folder.contents()
        after["new.db"] = nil
        #expect(after == before)
    }

    @Test func `a journal that is no file is an error`() async throws {
        let fixture = try await SalvageFixture.shared.value
        let folder = try SalvageFolder(fixture.bytes)
        try #require(mkfifo(folder.file + "-wal", 0o600) == 0)
        #expect(
            throws: SalvageError.unreadable(
                path: folder.file + "-wal", reason: "it is not a regular file")
        ) { try folder.salvage() }
    }

    @Test func `a new file does not get a name of SQLite's, or a journal of another's`()
        async throws
    {
        let fixture = try await SalvageFixture.shared.value
        let folder = try SalvageFolder(fixture.bytes)
        for suffix in ["-wal", "-journal", "-shm", ".lock"] {
            #expect(throws: SalvageError.reserved(path: folder.file + suffix)) {
                try folder.salvage(to: folder.file + suffix)
            }
        }
        for suffix in ["-wal", "-journal", "-shm"] {
            let beside = folder.out + suffix
            try Data("x".utf8).write(to: URL(filePath: beside))
            #expect(throws: SalvageError.exists(path: beside)) { try folder.salvage() }
            try FileManager.default.removeItem(atPath: beside)
        }
        #expect(try folder.contents().keys.sorted() == ["history.db"])
    }
}
