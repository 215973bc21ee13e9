import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Testing

/// Commands that only read a store of an older version do not migrate it.
struct OlderStoreTests {
    let store: TemporaryStore

    init() throws {
        store = try TemporaryStore()
    }

    private func version() throws -> Int? {
        try store.query { try Int.fetchOne($0, sql: "PRAGMA user_version") }
    }

    /// Changes a store of the newest version to version 2.
    private func makeOlder() throws {
        try store.edit { db in
            try db.execute(sql: "DROP VIEW push_v1")
            for field in RecordField.all where field.since > 2 {
                try db.execute(sql: "ALTER TABLE push DROP COLUMN \(field.name)")
                let path = field.path.joined(separator: ".")
                try db.execute(
                    sql: "UPDATE push_json SET json = json_remove(json, ?)",
                    arguments: ["$.\(path)"])
            }
            try db.execute(
                sql: """
                    DROP INDEX push_succeeded;
                    DROP INDEX push_place;
                    DROP INDEX push_place_time;
                    DROP INDEX push_move_place;
                    ALTER TABLE push DROP COLUMN effective_at;
                    ALTER TABLE push DROP COLUMN effective_rank;
                    CREATE INDEX push_succeeded ON push (reference, pushed_at, id)
                        WHERE outcome = 'succeeded';
                    DELETE FROM meta WHERE key = 'chain_id';
                    UPDATE meta SET value = '2' WHERE key = 'minimum_writer';
                    PRAGMA user_version = 2;
                    """)
        }
    }

    /// The answers of reading commands that depend on the order of pushes.
    private func responses() throws -> [String] {
        let history = store.history()
        var responses: [String] = []
        for minutes in [nil, 0, 1, 60, 3000] as [Int64?] {
            let moment = minutes.map { store.clock.start.adding(milliseconds: $0 * 60_000) }
            let now = store.clock.start.adding(milliseconds: 3_600_000)
            responses.append("\(try history.push(of: TemporaryStore.tag, at: moment, now: now))")
        }
        var query = HistoryQuery()
        query.movesOnly = true
        for tags in [[], ["v1"]] {
            query.tags = tags
            try history.forEach(query) { responses.append($0.json) }
        }
        responses += try history.latest(of: nil).map(\.json)
        responses += try history.needingAttention().map { "\($0)" }
        responses.append("\(try store.journal().prunable(before: .latest))")
        return responses
    }

    /// A store that is only read is not migrated.
    @Test func `an older store gives the same answers before and after its migration`() async throws
    {
        let day = Duration.seconds(86_400)
        for (number, ahead) in [.zero, day * 2, .zero, day * -400, .zero].enumerated() {
            store.clock.set(ahead: ahead)
            await SamplePush(
                digest: SamplePush.digest(number), notify: number < 4 ? .delivered : .pending
            ).record(in: store.journal(), store.clock)
        }
        try await store.importText(Corpus(count: 20).export)
        try store.checkpoint()
        try makeOlder()
        let before = try responses()
        #expect(before.count > 10)
        #expect(try version() == 2)
        _ = try await store.journal().append(
            .logout(AccountEventData(backend: "https://api.example", handle: nil, host: nil)))
        #expect(try version() == Schema.version)
        #expect(try responses() == before)
    }
}
