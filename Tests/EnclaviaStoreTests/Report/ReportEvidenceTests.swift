import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Testing

/// What a report says of the chain and of the kept checkpoints, and of stores that are absent, empty or older.
struct ReportEvidenceTests {
    let store: TemporaryStore

    init() throws {
        store = try TemporaryStore()
    }

    private func report() throws -> HistoryReport {
        try store.history().report(HistoryQuery(), in: .utc)
    }

    private func keep() throws -> Checkpoint {
        let checkpoint = try store.journal().next(at: store.clock.now())
        _ = try store.journal().keep(checkpoint)
        return checkpoint
    }

    private func removeStore() throws {
        for suffix in ["", "-wal", "-shm"] {
            let path = store.paths.database.string + suffix
            if FileManager.default.fileExists(atPath: path) {
                try FileManager.default.removeItem(atPath: path)
            }
        }
    }

    @Test func `without a store, a report is empty, and makes none`() throws {
        #expect(try report() == HistoryReport(path: store.paths.database.string))
        #expect(!FileManager.default.fileExists(atPath: store.paths.stateDirectory.string))
    }

    @Test func `a store without a push has a chain, and no periods`() async throws {
        _ = try await store.journal().append(
            .logout(AccountEventData(backend: "https://api.example", handle: nil, host: nil)))
        let report = try report()
        #expect(report.counts == PushCounts() && report.periods == nil && report.range == nil)
        #expect(report.pushes.listed.isEmpty && report.tags.count == 0)
        #expect(report.evidence.events == 1 && report.evidence.chain != nil)
    }

    @Test func `the head and the chain are those of the store`() async throws {
        await store.push(1)
        let evidence = try report().evidence
        let (sequence, hash, chain) = try store.query { db in
            let row = try #require(
                try Row.fetchOne(
                    db, sql: "SELECT seq, lower(hex(hash)) FROM event ORDER BY seq DESC"))
            return (
                row[0] as Int, row[1] as String,
                try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'chain_id'")
            )
        }
        #expect(evidence.events == sequence && evidence.head == hash && evidence.chain == chain)
        #expect(evidence.kept == nil && evidence.damaged.isEmpty && evidence.isUnchanged)
    }

    @Test func `a kept checkpoint is compared, and later pushes do not contradict it`()
        async throws
    {
        await store.push(1)
        _ = try keep()
        let last = try keep()
        await store.push(2)
        let evidence = try report().evidence
        #expect(evidence.kept?.checkpoint == last && evidence.kept?.difference == nil)
        #expect(evidence.kept?.name.hasSuffix("2") == true)
        #expect(evidence.isUnchanged)
    }

    @Test func `a history that was replaced or removed contradicts the kept checkpoint`()
        async throws
    {
        await store.push(1)
        let last = try keep()
        try removeStore()
        let without = try report().evidence
        #expect(without.kept?.checkpoint == last && without.kept?.difference != nil)
        #expect(without.events == 0 && without.chain == nil && !without.isUnchanged)
        await store.push(1)
        let replaced = try report().evidence
        #expect(replaced.kept?.checkpoint == last && replaced.kept?.difference != nil)
        #expect(!replaced.isUnchanged)
    }

    @Test func `a changed line of the kept checkpoints is damaged`() async throws {
        await store.push(1)
        _ = try keep()
        let path = store.paths.checkpoints.string
        let sound = try String(contentsOfFile: path, encoding: .utf8)
        let changed = sound.replacing("sequence: ", with: "sequence: 1")
        try (changed + sound).write(toFile: path, atomically: false, encoding: .utf8)
        let evidence = try report().evidence
        #expect(evidence.damaged.count == 1 && !evidence.isUnchanged)
    }

    @Test(arguments: 1...4)
    func `the report of an older store is that of the migrated one, which it does not migrate`(
        version: Int
    ) async throws {
        try store.createStore(version: version)
        var before = try report()
        let counted = try store.query { db in
            try Row.fetchOne(
                db,
                sql: """
                    SELECT count(*), sum(outcome = 'succeeded'), count(origin_imported_at),
                    min(started_at), max(started_at) FROM push_v1
                    """)
        }
        let row = try #require(counted)
        #expect(before.counts.pushes == row[0] && before.counts.pushes > 0)
        #expect(before.counts[.succeeded] == row[1] && before.imported == row[2])
        #expect(before.range?.lowerBound.description == row[3])
        #expect(before.range?.upperBound.description == row[4])
        let stored = try store.query { try Int.fetchOne($0, sql: "PRAGMA user_version") }
        #expect(stored == version)
        let events = try store.query { try Int.fetchOne($0, sql: "SELECT count(*) FROM event") }
        #expect(before.evidence.events == events)

        _ = try await store.journal().append(
            .logout(AccountEventData(backend: "https://api.example", handle: nil, host: nil)))
        var after = try report()
        before.evidence = ReportEvidence()
        after.evidence = ReportEvidence()
        #expect(after.tags.count > 0)
        #expect(
            before.tags.listed.map { $0.moves.listed.map(\.effectiveAt) }
                == after.tags.listed.map { $0.moves.listed.map(\.effectiveAt) })
        #expect(before.counts == after.counts && before.byPeriod == after.byPeriod)
        #expect(before.repositories == after.repositories && before.users == after.users)
        #expect(
            try before.pushes.listed.map { try $0.record() }
                == after.pushes.listed.map { try $0.record() })
    }
}
