import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Testing

/// What TAB asks of the pushes themselves, of which there may be many.
struct PushQuestionTests {
    private let store: TemporaryStore
    private let corpus = Corpus(count: 400)

    init() async throws {
        store = try TemporaryStore()
        try await store.importText(corpus.export)
    }

    private func values(_ question: CompletionQuestion) -> [String] {
        CompletionReader(path: store.paths.database.string, milliseconds: 10_000)
            .answers(question).map(\.value)
    }

    /// The values that pushes have, the newest push's first.
    private func plain(_ prefix: String, _ values: (PushRecord) -> [String]) -> [String] {
        var seen: Set<String> = []
        return corpus.records.sorted { ($0.startedAt, $0.id) > ($1.startedAt, $1.id) }
            .flatMap(values).filter { $0.hasPrefix(prefix) && seen.insert($0).inserted }
    }

    @Test(arguments: ["", "runner-", "x"])
    func `hosts are those of the record, and users those of the system and of CI`(prefix: String) {
        let hosts = plain(prefix) { [$0.context.host].compactMap { $0 } }
        #expect(Set(values(.hosts(prefix: prefix))) == Set(hosts))
        let users = plain(prefix) { [$0.context.user, $0.context.ciActor].compactMap { $0 } }
        #expect(Set(values(.users(prefix: prefix))) == Set(users))
        #expect(prefix == "x" || !hosts.isEmpty)
    }

    /// Adds pushes to the table alone: number `n` from 1, at a moment before all others.
    private func addPushes(_ count: Int, host: String = "'old'", outcome: String = "succeeded")
        throws
    {
        try store.edit { db in
            try db.execute(
                sql: """
                    WITH RECURSIVE number (n) AS (
                        SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < \(count))
                    INSERT INTO push (id, revision, destination, backend, local_image,
                        digest_verified, started_at, outcome, notify_attempts, notify_triggered,
                        notify_staged, notify_rejected_non_upgradable, labels, context_host, cli_version)
                    SELECT printf('01900000-0000-7000-8000-%012x', n * 65537), 1, 'old:v' || n, 'b',
                        'old:dev', 0, printf('2020-01-01T00:00:00.%03dZ', n % 1000), '\(outcome)',
                        0, '[]', '[]', '[]', '{}', \(host), '1'
                    FROM number
                    """)
        }
    }

    @Test func `a short id is found among the newest, and from four characters on among all`()
        throws
    {
        try addPushes(3000)
        let wanted = String(format: "%08x", 1 * 65537)
        #expect(wanted == "00010001")
        // The least of the old ones is beyond what is walked.
        #expect(!values(.shortIDs(prefix: "000")).contains(wanted))
        for length in 4...8 {
            let prefix = String(wanted.prefix(length))
            let found = values(.shortIDs(prefix: prefix))
            #expect(found.contains(wanted), "\(prefix)")
            #expect(found.allSatisfy { $0.hasPrefix(prefix) })
        }
        #expect(values(.shortIDs(prefix: "0001000100")) == [])
        #expect(values(.shortIDs(prefix: "%")) == [])
    }

    @Test func `where there are more hosts than can be walked, the newest are there too`() throws {
        try addPushes(3000, host: "printf('a%05d', n)")
        let hosts = Set(values(.hosts(prefix: "")))
        #expect(hosts.isSuperset(of: Corpus.hosts), "\(hosts.count)")
        #expect(values(.hosts(prefix: "a02999")) == ["a02999"])
        #expect(values(.hosts(prefix: "l")) == ["laptop"])
    }

    @Test func `an image that failed again and again is offered while some push did not fail`()
        throws
    {
        try addPushes(10, outcome: "failed")
        try store.edit { db in
            try db.execute(
                sql: """
                    INSERT INTO local_image (name, pushes, started_at, push_id)
                    VALUES ('old:dev', 10, '2020-01-01T00:00:00.010Z', 'p')
                    """)
        }
        #expect(!values(.localImages(prefix: "")).contains("old:dev"))
        #expect(values(.localImages(prefix: "old")) == [])
        try store.edit { db in
            try db.execute(
                sql: "UPDATE push SET outcome = 'succeeded' WHERE destination = 'old:v1'")
        }
        #expect(values(.localImages(prefix: "old")) == ["old:dev"])
        #expect(values(.localImages(prefix: "")).contains("old:dev"))
    }

    @Test func `the names of images in the registry begin with the registry and its owners`() {
        #expect(
            Set(values(.namespaces)) == ["registry.example/alice/", "registry.example/bob/"])
    }

    @Test func `no question walks all pushes`() throws {
        let questions: [CompletionQuestion] = [
            .hosts(prefix: ""), .hosts(prefix: "l"), .users(prefix: ""), .users(prefix: "a"),
            .shortIDs(prefix: ""), .shortIDs(prefix: "ab"), .shortIDs(prefix: "abcd"),
            .pushes(prefix: "01"), .localImages(prefix: ""), .localImages(prefix: "w"), .namespaces,
        ]
        for question in questions {
            let plan = try store.query { db in
                try Row.fetchAll(
                    db, sql: "EXPLAIN QUERY PLAN \(question.sql)",
                    arguments: StatementArguments(question.arguments)
                ).map { $0["detail"] as String }
            }
            // A scan of an index is in its order, and ends at a limit.
            #expect(!plan.contains { $0 == "SCAN push" || $0 == "SCAN reference" }, "\(plan)")
            #expect(!plan.contains { $0.contains("AUTOMATIC") }, "\(plan)")
        }
    }
}
