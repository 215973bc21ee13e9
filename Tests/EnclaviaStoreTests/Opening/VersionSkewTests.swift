import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Testing

/// Stores of every schema version, opened by this program.
struct VersionSkewTests {
    let store: TemporaryStore

    init() throws {
        store = try TemporaryStore()
    }

    private func version() throws -> Int? {
        try store.query { try Int.fetchOne($0, sql: "PRAGMA user_version") }
    }

    private func verify() throws -> VerifyReport {
        try store.history().verify(head: nil) { _ in }
    }

    @Test func `there is a fixture of each schema version`() throws {
        for version in 1...Schema.version {
            let path = TemporaryStore.fixture(version: version).path
            #expect(FileManager.default.fileExists(atPath: path), "\(path) is missing")
        }
    }

    /// The keys of a current record, which the records of every older store must have.
    private static let keys = Set(RecordField.all.map { $0.path[0] })

    private struct Contents: Sendable {
        let version: Int
        let outcomes: [PushOutcome: Int]
        let events: Int
        let pushes: Int
    }

    private static let contents = [
        Contents(
            version: 1, outcomes: [.succeeded: 5, .failed: 3, .cancelled: 2], events: 39, pushes: 10
        ),
        Contents(
            version: 2, outcomes: [.succeeded: 9, .failed: 4, .cancelled: 2], events: 67, pushes: 15
        ),
        Contents(
            version: 3, outcomes: [.succeeded: 17, .failed: 5, .cancelled: 2], events: 119,
            pushes: 24),
        Contents(
            version: 4, outcomes: [.succeeded: 17, .failed: 5, .cancelled: 2], events: 119,
            pushes: 24),
        Contents(
            version: 5, outcomes: [.succeeded: 17, .failed: 5, .cancelled: 2], events: 119,
            pushes: 24),
    ]

    @Test(arguments: contents)
    private func `a store of any version is read, verified, and written`(
        _ contents: Contents
    ) async throws {
        try store.createStore(version: contents.version)
        var outcomes: [PushOutcome: Int] = [:]
        try store.history().forEach(HistoryQuery()) { push in
            outcomes[try push.record().state.outcome, default: 0] += 1
            let object = try JSONSerialization.jsonObject(with: Data(push.json.utf8))
            #expect(Set((object as? [String: Any])?.keys.map { $0 } ?? []) == Self.keys)
        }
        #expect(outcomes == contents.outcomes)
        let before = try verify()
        #expect(before.difference == nil)
        #expect(
            (before.events, before.pruned, before.pushes)
                == (contents.events, 7, contents.pushes))

        let receipt = await SamplePush().record(in: store.journal(), store.clock)
        #expect(receipt.location == .store)
        #expect(try store.history().record(receipt.record.id) == receipt.record)
        let texts = try store.query { db in
            try String.fetchAll(db, sql: "SELECT json FROM push_json")
        }
        for text in texts {
            let record = try JSONText.decode(PushJSON.self, from: text)
            #expect(try JSONText.encode(record) == text)
        }
        let after = try verify()
        #expect(after.difference == nil)
        #expect((after.events, after.pushes) == (contents.events + 7, contents.pushes + 1))
    }

    /// A migration recreates the view only if it is an earlier version's, so that it hides no edit.
    @Test(arguments: ["", "CREATE VIEW push_v1 AS SELECT 1", "CREATE TABLE push_v1 (id TEXT)"])
    func `verify finds a replaced view after the migration`(
        _ other: String
    ) async throws {
        try store.createStore(version: 2)
        try store.edit { db in try db.execute(sql: "DROP VIEW push_v1; \(other)") }
        let receipt = await SamplePush().record(in: store.journal(), store.clock)
        #expect(receipt.location == .store)
        #expect(try version() == Schema.version)
        #expect(try verify().difference == .schema(object: "push_v1"))
    }

    /// People add indexes of their own; one may have the name of an index that a later version adds.
    @Test(arguments: ["push_unsettled", "push_failed", "push_own_tag"])
    func `an index of the name of a new one does not remain`(_ name: String) async throws {
        try store.createStore(version: 3)
        try store.edit { try $0.execute(sql: "CREATE INDEX \(name) ON push (digest)") }
        let receipt = await SamplePush().record(in: store.journal(), store.clock)
        #expect(receipt.location == .store)
        #expect(try version() == Schema.version)
        #expect(try verify().difference == nil)
        #expect(try store.history().needingAttention().count > 0)
    }

    /// Makes the changes of a later version that this one may write: a new table, column and event type.
    private func makeNewer() throws {
        try store.edit { db in
            try db.execute(sql: "ALTER TABLE push ADD COLUMN mood TEXT")
            try db.execute(sql: "CREATE TABLE mood (name TEXT)")
            let row = try #require(
                try Row.fetchOne(
                    db, sql: "SELECT seq, hash, push_id FROM event ORDER BY seq DESC LIMIT 1"))
            let head = Array(row["hash"] as Data)
            let sequence = row["seq"] as Int64 + 1
            let data = """
                {"data":{"push_id":"\(row["push_id"] as String? ?? "")"},\
                "id":"01a0c450-6c00-7f4b-bd95-bafcf2a4d27b",\
                "prevhash":"\(Hexadecimal.encode(head))",\
                "sequence":"\(CloudEvent.sequenceText(sequence))","source":"\(try source(db))",\
                "specversion":"1.0","time":"2026-11-24T00:00:00.000Z",\
                "type":"io.enclavia.push.flagged"}
                """
            let hash = HashChain.dataHash(of: data)
            try db.execute(
                sql: "INSERT INTO event (seq, data, data_hash, hash) VALUES (?, ?, ?, ?)",
                arguments: [sequence, data, Data(hash), Data(HashChain.link(head, hash))])
            try db.execute(sql: "PRAGMA user_version = 99")
        }
    }

    private func source(_ db: Database) throws -> String {
        let sql = "SELECT 'urn:uuid:' || value FROM meta WHERE key = 'chain_id'"
        return try #require(try String.fetchOne(db, sql: sql))
    }

    @Test func `a newer store's chain is verified, and the report says that its tables are not`()
        throws
    {
        try store.createStore(version: Schema.version)
        try makeNewer()
        let report = try verify()
        #expect(report.difference == nil)
        #expect(report.newerSchema == 99)
        #expect(report.events == 120)

        try store.edit {
            try $0.execute(sql: "UPDATE event SET data = data || ' ' WHERE seq = 30")
        }
        #expect(try verify().difference == .data(sequence: 30))
    }

    @Test func `a newer store that allows it is written`() async throws {
        try store.createStore(version: Schema.version)
        try makeNewer()
        let receipt = await SamplePush().record(in: store.journal(), store.clock)
        #expect(receipt.location == .store)
        #expect(try verify().difference == nil)
        #expect(try version() == 99)
    }
}
