import EnclaviaCore
import EnclaviaStore
import GRDB
import TestSupport
import Testing

struct PruneTests {
    let store: TemporaryStore
    let corpus = Corpus(count: 700)

    init() async throws {
        store = try TemporaryStore()
        try await store.importText(corpus.export)
    }

    @Test func `pruned texts that a reader keeps in the write-ahead log give a warning`()
        async throws
    {
        let reader = try TemporaryStore.holder(store.paths.database.string)
        try await onThread {
            try reader.inDatabase { db in
                try db.execute(sql: "BEGIN")
                _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM push")
            }
        }
        let journal = store.journal(busySeconds: 1)
        let before = Timestamp(milliseconds: 1_780_000_000_000 + 20 * 3_600_000)
        let pruned = try await journal.prune(before: before, host: nil)
        let log = store.paths.database.string + "-wal"
        #expect(pruned.pushes > 0 && pruned.failure == nil)
        #expect(pruned.warnings == [.prunedTexts(path: log)])
        try await onThread { try reader.inDatabase { try $0.execute(sql: "ROLLBACK") } }
        let rest = try await journal.prune(before: store.clock.now(), host: nil)
        #expect(rest.pushes > 0 && rest.warnings.isEmpty)
    }

    @Test
    func `a prune deletes older pushes, and keeps each tag's newest success`() async throws {
        let moment = Timestamp(milliseconds: 1_780_000_000_000 + 20 * 3_600_000)
        let planned = try store.journal().prunable(before: moment)
        let done = try await store.journal().prune(before: moment, host: "laptop")
        #expect(planned == done)

        var newest: [ImageReference: PushRecord] = [:]
        for record in corpus.records where record.state.outcome == .succeeded {
            guard let reference = record.reference, let manifest = record.state.manifest else {
                continue
            }
            if let other = newest[reference]?.state.manifest?.pushedAt,
                let id = newest[reference]?.id,
                (other, id) > (manifest.pushedAt, record.id)
            {
                continue
            }
            newest[reference] = record
        }
        let kept = corpus.records.filter { record in
            (record.finishedAt ?? record.startedAt) >= moment
                || record.reference.map { newest[$0]?.id == record.id } == true
        }
        var left: Set<PushID> = []
        try store.history().forEach(HistoryQuery()) { left.insert(try $0.record().id) }
        #expect(left == Set(kept.map(\.id)))
        #expect(done.pushes == corpus.records.count - kept.count)
    }

    @Test
    func `a pruned history is intact, and has nothing more to prune`() async throws {
        let moment = Timestamp(milliseconds: 1_780_000_000_000 + 30 * 3_600_000)
        let done = try await store.journal().prune(before: moment, host: "laptop")
        let report = try store.history().verify(head: nil) { _ in }
        #expect(report.difference == nil)
        #expect(report.pruned == done.events)
        #expect(try store.journal().prunable(before: moment) == PruneSummary())
    }

    @Test
    func `the event of a prune names the machine that pruned`() async throws {
        let moment = Timestamp(milliseconds: 1_780_000_000_000 + 30 * 3_600_000)
        _ = try await store.journal().prune(before: moment, host: "laptop")
        let hosts = try store.query { db in
            try String.fetchSet(
                db,
                sql: """
                    SELECT data ->> '$.data.host' FROM event
                    WHERE type = 'io.enclavia.history.pruned'
                    """)
        }
        #expect(hosts == ["laptop"])
    }

    @Test
    func `verify finds a blank event that no prune lists`() async throws {
        let moment = Timestamp(milliseconds: 1_780_000_000_000 + 20 * 3_600_000)
        _ = try await store.journal().prune(before: moment, host: "laptop")
        let sequence = try store.query { db in
            try Int64.fetchOne(db, sql: "SELECT max(seq) FROM event WHERE push_id IS NOT NULL")
        }
        try store.edit { db in
            try db.execute(
                sql: "UPDATE event SET data = NULL WHERE seq = ?", arguments: [sequence])
        }
        let difference = try store.history().verify(head: nil) { _ in }.difference
        #expect(difference == sequence.map { .blank(sequence: $0) })
    }

    @Test
    func `what was pruned can be imported again`() async throws {
        let moment = Timestamp(milliseconds: 1_780_000_000_000 + 50 * 3_600_000)
        let done = try await store.journal().prune(before: moment, host: "laptop")
        let summary = try await store.importText(corpus.export)
        #expect(summary.added == done.pushes)
        #expect(try store.history().verify(head: nil) { _ in }.difference == nil)
    }
}
