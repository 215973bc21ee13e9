import EnclaviaCompletion
import EnclaviaCore
import EnclaviaStore
import EnclaviaSystem
import Foundation
import GRDB
import Testing

/// The counts of `status --short`, which agree with the attention items of `status`.
struct AttentionReaderTests {
    let store: TemporaryStore
    private let journal: StoreJournal

    init() throws {
        store = try TemporaryStore()
        journal = store.journal()
    }

    private typealias Group = AttentionCounts.Group

    private func counts() throws -> [Group: Int] {
        let counts = try AttentionReader(
            stateDirectory: store.paths.stateDirectory.string, runtimeDirectory: store.root + "/run"
        ).counts()
        let found = Group.allCases.map { ($0, counts[$0]) }.filter { $0.1 > 0 }
        #expect(counts.isEmpty == found.isEmpty)
        return Dictionary(uniqueKeysWithValues: found)
    }

    /// Checks the counts, and that `status` has as many items.
    private func expect(
        _ wanted: [Group: Int], _ comment: Comment? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let items = try store.history().needingAttention()
        let ofStatus = Dictionary(grouping: items) { Group($0.kind) }.mapValues(\.count)
        for (group, count) in wanted {
            #expect(ofStatus[group] == count, comment, sourceLocation: sourceLocation)
        }
        #expect(ofStatus.count == wanted.count, comment, sourceLocation: sourceLocation)
        #expect(try counts() == wanted, comment, sourceLocation: sourceLocation)
    }

    private func record(_ push: SamplePush) async {
        await push.record(in: journal, store.clock)
    }

    @Test func `no history needs no attention`() throws {
        try expect([:])
        try store.makeStateDirectory()
        try expect([:])
        try Data().write(to: URL(filePath: store.paths.database.string))
        try expect([:], "an empty file")
    }

    @Test func `every kind is counted until a newer push succeeds`() async throws {
        await record(SamplePush())
        try expect([:])
        await record(SamplePush(tag: "a", notify: .pending))
        await record(SamplePush(tag: "b", notify: .pending))
        try expect([.pending: 2])
        await record(SamplePush(tag: "c", notify: .failed))
        await record(SamplePush(tag: "d", outcome: .failed))
        await record(SamplePush(tag: "d", outcome: .failed))
        await record(SamplePush(tag: "e", outcome: .failed, failure: "usage"))
        await record(SamplePush(tag: "f", outcome: .cancelled))
        try expect([.pending: 2, .failed: 2])
        let lost = await SamplePush(tag: "g").begin(in: journal, store.clock)
        try expect([.pending: 2, .failed: 2], "while it runs")
        await lost.close()
        try expect([.pending: 2, .failed: 2, .interrupted: 1])
        for tag in ["a", "b", "c", "d", "g"] { await record(SamplePush(tag: tag)) }
        try expect([:])
    }

    @Test func `an unverified digest is counted, once for each of its problems`() async throws {
        let entry = await SamplePush().begin(in: journal, store.clock)
        await entry.appendPushed(
            digest: SamplePush.digest(1), mediaType: nil, sizeBytes: nil, after: .history,
            at: store.clock.now())
        try expect([:], "while it runs")
        await entry.finish(PushEnding(at: store.clock.now()))
        await entry.close()
        try expect([.pending: 1, .unverified: 1])
    }

    @Test func `a push in a spool is counted, unless a process is writing it`() async throws {
        await record(SamplePush())
        _ = try await store.locked { journal in
            await SamplePush(tag: "v2").record(in: journal, store.clock)
        }
        try expect([.spooled: 1])
        let spool = try #require(store.paths.spools.first)
        let name = try #require(DirectoryTree.names(in: spool.string).first)
        let lock = try #require(FileLock.tryAcquire(existing: spool.appending(name)))
        try expect([:])
        lock.release(removing: false)
        try Data().write(to: URL(filePath: "\(spool.string)/notes.jsonl"))
        try expect([.spooled: 1], "a file of another name")
    }

    @Test func `pushes of other machines are not counted`() async throws {
        try await store.importText(Corpus(count: 60).export)
        let outcomes = try store.query { db in
            try Set(String.fetchAll(db, sql: "SELECT DISTINCT outcome FROM push"))
        }
        #expect(outcomes.contains("failed"))
        try expect([:])
    }

    @Test func `many problems are counted`() async throws {
        for number in 1...12 {
            await record(SamplePush(tag: "p\(number)", notify: .pending))
            await record(SamplePush(tag: "f\(number)", outcome: .failed))
        }
        try expect([.pending: 12, .failed: 12])
    }

    @Test(arguments: 3...Schema.version)
    func `a store of each version with places is counted`(version: Int) async throws {
        try store.createStore(version: version)
        let before = try counts()
        let items = try store.history().needingAttention()
        #expect(
            before == Dictionary(grouping: items) { Group($0.kind) ?? .spooled }.mapValues(\.count))
        #expect(!before.isEmpty)
    }

    @Test(arguments: ["older", "newer", "garbage", "foreign", "directory", "locked", "link"])
    func `what cannot be read is unknown, and not in order`(fault: String) async throws {
        await record(SamplePush())
        await journal.close()
        try store.checkpoint()
        let path = store.paths.database.string
        var holder: DatabaseQueue?
        switch fault {
        case "older": try store.edit { try $0.execute(sql: "PRAGMA user_version = 2") }
        case "newer":
            try store.edit { try $0.execute(sql: "PRAGMA user_version = \(Schema.version + 1)") }
        case "foreign": try store.edit { try $0.execute(sql: "PRAGMA application_id = 7") }
        case "garbage": try Data(repeating: 9, count: 9000).write(to: URL(filePath: path))
        case "directory":
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: false)
        case "link":
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.createSymbolicLink(
                atPath: path, withDestinationPath: "/nonexistent/history.db")
        default:
            holder = try TemporaryStore.holder(path)
            try holder?.inDatabase { db in
                try db.execute(sql: "PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE")
            }
        }
        #expect(throws: CannotCount()) { try counts() }
        try holder?.close()
    }

    @Test func `the pushes of other machines are not read`() async throws {
        await record(SamplePush(outcome: .failed))
        try store.query { db in
            for (index, condition) in [
                ("push_failed", "outcome = 'failed' AND origin_imported_at IS NULL"),
                (
                    "push_unsettled",
                    """
                    origin_imported_at IS NULL AND (outcome IN ('running', 'interrupted')
                        OR notify_outcome IN ('pending', 'failed')
                        OR digest_verified = 0 AND outcome = 'succeeded')
                    """
                ),
            ] {
                let plan = try Row.fetchAll(
                    db,
                    sql: "EXPLAIN QUERY PLAN SELECT num FROM push INDEXED BY \(index)"
                        + " WHERE \(condition)")
                #expect(plan.contains { ($0["detail"] as String).contains(index) })
            }
        }
    }
}
