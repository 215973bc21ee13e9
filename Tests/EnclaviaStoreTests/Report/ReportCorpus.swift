import EnclaviaCore
import EnclaviaStore
import GRDB
import TestSupport
import Testing

/// A store of random pushes, imported and made here, of which some run and some were killed.
struct ReportCorpus {
    let store: TemporaryStore
    /// The running pushes whose process has ended.
    private(set) var orphaned: [String] = []
    /// The pushes made here that have a digest, in the order in which they got it.
    private var own: [String] = []
    private var open: [any PushEntry] = []
    private var killed: [any PushEntry] = []

    init(seed: UInt64) async throws {
        store = try TemporaryStore()
        var generator = SeededRandom(seed: seed)
        for number in 0..<(20 + generator.roll(60)) {
            let ahead: [Int64] = [0, 0, 0, 3600, 86_400 * 9, -86_400 * 30, -86_400 * 400]
            store.clock.set(ahead: .seconds(generator.pick(ahead)))
            try await push(number, &generator)
        }
        store.clock.set(ahead: .zero)
        try await importRecords(seed, &generator)
        // Last, since what is recorded later resolves the pushes that were killed.
        for _ in 0..<(1 + generator.roll(4)) {
            let sample = SamplePush(
                repository: generator.pick(Corpus.repositories), tag: generator.pick(Corpus.tags))
            killed.append(await sample.begin(in: store.journal(), store.clock))
        }
        for entry in killed { await entry.close() }
        orphaned = killed.map(\.id.text)
        let ids = orphaned.map { "'\($0)'" }.joined(separator: ", ")
        let running = try store.query {
            try Int.fetchOne(
                $0,
                sql: "SELECT count(*) FROM push_v1 WHERE outcome = 'running' AND id IN (\(ids))")
        }
        #expect(running == orphaned.count, "the killed pushes are resolved already")
    }

    private mutating func push(_ number: Int, _ generator: inout SeededRandom) async throws {
        let sample = SamplePush(
            repository: generator.pick(Corpus.repositories), tag: generator.pick(Corpus.tags),
            digest: SamplePush.digest(generator.roll(4)),
            outcome: generator.pick(PushOutcome.allCases + [.succeeded, .succeeded]),
            notify: generator.pick(NotifyOutcome.allCases),
            failure: generator.pick(["engine_unavailable", "refused", "timeout"]))
        let journal = store.journal()
        guard sample.outcome == .running else {
            let id = await sample.record(in: journal, store.clock).record.id.text
            if sample.outcome == .succeeded { own.append(id) }
            return
        }
        let entry = await sample.begin(in: journal, store.clock)
        if generator.roll(3) == 0 {
            open.append(entry)
        } else {
            killed.append(entry)
        }
    }

    /// Imports records of the same references, some of the future, some without a user.
    private func importRecords(_ seed: UInt64, _ generator: inout SeededRandom) async throws {
        var lines = ""
        for var record in Corpus(count: generator.roll(200), seed: seed).records {
            if generator.roll(4) == 0 { record.context = PushContext(host: "elsewhere") }
            lines += try JSONText.encode(PushJSON(record)) + "\n"
        }
        for number in 0..<generator.roll(9) {
            let moment = store.clock.start.adding(
                milliseconds: Int64(generator.roll(20) - 10) * 40_000_000)
            lines += try store.imported(number, at: moment)
        }
        if !lines.isEmpty { try await store.importText(lines) }
    }

    func close() async {
        for entry in open { await entry.close() }
    }

    struct Placed {
        let id: String
        let reference: String
        let digest: String
        let startedAt: String
        let effectiveAt: String
        let rank: Int
    }

    /// The succeeded pushes in the order of pushes. The effective time of one made here is the greatest time so far at
    /// which a push of this machine got its digest; that of an imported one is not later than its import.
    func placed() throws -> [Placed] {
        let rows = try store.query {
            try Row.fetchAll(
                $0,
                sql: """
                    SELECT id, reference, digest, started_at, pushed_at, origin_imported_at
                    FROM push_v1 WHERE outcome = 'succeeded' AND reference IS NOT NULL
                    """)
        }
        var pushedAt: [String: String] = [:]
        for row in rows where row["origin_imported_at"] == nil {
            pushedAt[row["id"]] = row["pushed_at"]
        }
        var greatest = ""
        var effective: [String: (time: String, rank: Int)] = [:]
        for (index, id) in own.enumerated() {
            greatest = max(greatest, pushedAt[id] ?? "")
            effective[id] = (greatest, index + 1)
        }
        return rows.map { row in
            let (id, pushed): (String, String) = (row["id"], row["pushed_at"])
            let imported: String? = row["origin_imported_at"]
            let place = effective[id] ?? (min(pushed, imported ?? pushed), 0)
            return Placed(
                id: id, reference: row["reference"], digest: row["digest"],
                startedAt: row["started_at"], effectiveAt: place.0, rank: place.1)
        }.sorted { ($0.effectiveAt, $0.rank, $0.id) < ($1.effectiveAt, $1.rank, $1.id) }
    }
}
