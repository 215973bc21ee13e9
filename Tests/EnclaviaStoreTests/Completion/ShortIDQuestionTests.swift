import EnclaviaCompletion
import EnclaviaCore
import EnclaviaStore
import GRDB
import Glibc
import Testing

/// Short ids of more pushes than a query reads, and the time that all answers share.
struct ShortIDQuestionTests {
    private let store: TemporaryStore

    init() async throws {
        store = try TemporaryStore()
        try await store.importText(Corpus(count: 4).export)
        // The short ids are spread evenly.
        try store.edit { db in
            try db.execute(
                sql: """
                    WITH RECURSIVE number (n) AS (
                        SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 4500)
                    INSERT INTO push (id, revision, destination, backend, local_image,
                        digest_verified, started_at, outcome, notify_attempts, notify_triggered,
                        notify_staged, notify_rejected_non_upgradable, labels, cli_version)
                    SELECT printf('01900000-0000-7000-8000-0000%08x', n * 2654435761 % 4294967296), 1,
                        'd:v' || n, 'b', 'i', 0, printf('2020-01-01T00:00:00.%06dZ', n), 'succeeded',
                        0, '[]', '[]', '[]', '{}', '1'
                    FROM number
                    """)
        }
    }

    private func reader(_ milliseconds: Int64 = 60_000) -> CompletionReader {
        CompletionReader(path: store.paths.database.string, milliseconds: milliseconds)
    }

    private static let prefixes =
        (0..<16).map { String($0, radix: 16) }
        + (0..<512).map { String(4096 + $0 * 7 % 4096, radix: 16).dropFirst() }.map(String.init)

    @Test func `what is not offered of the ids that begin so is said to be left out`() throws {
        let all = try store.query { db in
            try String.fetchAll(db, sql: "SELECT substr(id, -8) FROM push")
        }
        let reader = self.reader()
        var counts: (single: Int, partial: Int) = (0, 0)
        for prefix in Self.prefixes {
            let wanted = Set(all.filter { $0.hasPrefix(prefix) })
            let found = try reader.answers(.shortIDs(prefix: prefix))
            let offered = Set((found.values + found.ends).map(\.value))
            #expect(offered.isSubset(of: wanted))
            #expect(offered == wanted || found.isCut, "\(prefix)")
            #expect(offered.isEmpty == wanted.isEmpty && (!wanted.isEmpty || !found.isCut))
            if wanted.count == 1 {
                counts.single += 1
                #expect(!found.isCut && found.values.first?.detail?.hasPrefix("d:v") != false)
            }
            if offered != wanted { counts.partial += 1 }
        }
        #expect(counts.single > 50 && counts.partial >= 16, "\(counts)")
    }

    @Test func `what cannot begin an id is not looked for in all pushes`() throws {
        let found = try reader().answers(.shortIDs(prefix: "my"))
        #expect(found.values.isEmpty && found.ends.isEmpty && !found.isCut)
        #expect(!CompletionQuestion.shortIDs(prefix: "my").readsOn)
        #expect(CompletionQuestion.shortIDs(prefix: "be").readsOn)
    }

    /// How much processor time this process has used, in seconds.
    private var processorTime: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    @Test func `all answers of a reader end at the same time`() throws {
        let reader = self.reader(1000)
        #expect(try reader.answers(.shortIDs(prefix: "")).values.count == 200)
        let end = processorTime + 1
        while processorTime < end {}
        let late = try reader.answers(.shortIDs(prefix: ""))
        #expect(late.values.isEmpty && !late.isCut && late.isLate)
    }
}
