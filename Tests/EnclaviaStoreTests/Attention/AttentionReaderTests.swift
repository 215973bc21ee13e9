import EnclaviaAttention
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
        let history = store.history()
        let shared = try history.remote(named: nil)?.attention
        let kinds = try history.needingAttention().map(\.kind) + [shared].compactMap(\.self)
        #expect(before == Dictionary(grouping: kinds) { Group($0) ?? .spooled }.mapValues(\.count))
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

    @Test func `a link to nowhere is unknown, however the directory is written`() throws {
        for end in ["", "/", "//"] {
            let link = "\(store.root)/link"
            try? FileManager.default.removeItem(atPath: link)
            try FileManager.default.createSymbolicLink(
                atPath: link, withDestinationPath: "/nonexistent/state")
            #expect(throws: CannotCount()) {
                try AttentionReader(stateDirectory: link + end, runtimeDirectory: nil).counts()
            }
        }
    }

    /// The plans of the statements that are run, without statistics, as in each store.
    @Test func `indexes have what each statement reads`() async throws {
        await record(SamplePush(tag: "a", notify: .pending))
        await record(SamplePush(tag: "b", outcome: .failed))
        let unknown = await journal.begin(
            store.clock.newID(), SamplePush(tag: "c").started(store.clock.now()))
        let failure = PushFailure(stage: .authenticate, kind: "refused", message: "no")
        await unknown.finish(
            PushEnding(.failed(failure, contradicted: nil), at: store.clock.now()))
        await unknown.close()
        _ = await SamplePush(tag: "d").begin(in: journal, store.clock)
        var statements: Set<String> = []
        let plans = try store.query { db in
            db.trace { statements.insert($0.expandedDescription) }
            let connection = try #require(db.sqliteConnection)
            let query = AttentionQuery(connection, version: Schema.version) { _ in false }
            #expect(Set(try query.confirmed(query.candidates()).map(\.kind)).count == 3)
            db.trace()
            return try statements.filter { $0.hasPrefix("SELECT") }.map { sql in
                try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql)
                    .map { $0["detail"] as String }.joined(separator: "; ")
            }
        }
        #expect(plans.count > 6)
        for plan in plans {
            guard plan.contains("push") else { continue }
            #expect(!plan.contains("TEMP B-TREE") && !plan.contains("push_tag "), "\(plan)")
            #expect(!plan.contains(#/SCAN push(?! USING INDEX push_unsettled)/#), "\(plan)")
        }
    }

    @Test func `a push that ends while the history is read is not counted`() async throws {
        let push = await SamplePush().begin(in: journal, store.clock)
        let end = """
            UPDATE push SET outcome = 'succeeded', notify_outcome = 'delivered', digest_verified = 1
            """
        let candidates = try store.query { db in
            let connection = try #require(db.sqliteConnection)
            return try AttentionQuery(connection, version: Schema.version) { _ in
                // It ends, and releases its lock, between the two reads.
                (try? store.edit { try $0.execute(sql: end) }) == nil
            }.candidates()
        }
        #expect(candidates.map(\.kind) == [.interrupted])
        let confirmed = try store.query { db in
            let connection = try #require(db.sqliteConnection)
            return try AttentionQuery(connection, version: Schema.version) { _ in false }
                .confirmed(candidates)
        }
        #expect(confirmed.isEmpty)
        await push.close()
    }
}
