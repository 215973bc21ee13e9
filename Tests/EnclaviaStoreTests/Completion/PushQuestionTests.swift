import EnclaviaCompletion
import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Testing

/// Completion queries that read pushes, of which there may be many.
struct PushQuestionTests {
    private let store: TemporaryStore
    private let corpus = Corpus(count: 400)

    init() async throws {
        store = try TemporaryStore()
        try await store.importText(corpus.export)
        // Images are offered of this machine's own pushes.
        try store.edit { try $0.execute(sql: "UPDATE push SET origin_imported_at = NULL") }
    }

    private func values(_ question: CompletionQuestion) -> [String] {
        CompletionReader(path: store.paths.database.string, milliseconds: 10_000)
            .allAnswers(question).map(\.value)
    }

    /// The values of the pushes, the newest push's first.
    private func plain(_ prefix: String, _ values: (PushRecord) -> [String]) -> [String] {
        var seen: Set<String> = []
        return corpus.records.sorted { ($0.startedAt, $0.id) > ($1.startedAt, $1.id) }
            .flatMap(values).filter { $0.hasPrefix(prefix) && seen.insert($0).inserted }
    }

    @Test(arguments: ["", "runner-", "x"])
    func `hosts come from the pushes, and users from the system and from CI`(prefix: String) {
        let hosts = plain(prefix) { [$0.context.host].compactMap { $0 } }
        #expect(Set(values(.hosts(prefix: prefix))) == Set(hosts))
        let users = plain(prefix) { [$0.context.user, $0.context.ciActor].compactMap { $0 } }
        #expect(Set(values(.users(prefix: prefix))) == Set(users))
        #expect(prefix == "x" || !hosts.isEmpty)
    }

    /// Adds `count` pushes to the table only, numbered from 1 and older than all others.
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

    @Test func `a short id of four or more characters is found in all pushes, else in the newest`()
        throws
    {
        try addPushes(3000)
        let wanted = String(format: "%08x", 1 * 65537)
        #expect(wanted == "00010001")
        // The oldest push is beyond the limit of what is read.
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

    @Test func `with too many hosts to read, the newest hosts are still offered`() throws {
        try addPushes(3000, host: "printf('a%05d', n)")
        let hosts = Set(values(.hosts(prefix: "")))
        #expect(hosts.isSuperset(of: Corpus.hosts), "\(hosts.count)")
        #expect(values(.hosts(prefix: "a02999")) == ["a02999"])
        #expect(values(.hosts(prefix: "l")) == ["laptop"])
    }

    @Test func `an image is offered only if at least one of its pushes did not fail`()
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

    @Test func `the namespaces are each registry with each of its owners`() {
        #expect(
            Set(values(.namespaces)) == ["registry.example/alice/", "registry.example/bob/"])
    }

    @Test func `no query reads all pushes`() throws {
        try store.edit { try $0.execute(sql: OwnerQuestionTests.indexes) }
        let questions: [CompletionQuestion] = [
            .hosts(prefix: ""), .hosts(prefix: "l"), .users(prefix: ""), .users(prefix: "a"),
            .shortIDs(prefix: ""), .shortIDs(prefix: "ab"), .shortIDs(prefix: "abcd"),
            .pushes(prefix: "01"), .localImages(prefix: ""), .localImages(prefix: "w"), .namespaces,
            .commits(prefix: ""), .commits(prefix: "ab"), .registries(prefix: "r"),
            .owners(registry: "r", prefix: ""), .owners(prefix: "a"), .tags(prefix: "v"),
            .tagsOf(owner: nil, repository: "web", prefix: "v"),
            .tagsOf(registry: "r", owner: "alice", repository: "web", prefix: "v"),
            .repositories(owner: nil, prefix: "w"), .labels(key: nil, prefix: "t"),
            .labels(key: "team", prefix: "r"), .digests(prefix: DigestPrefix("a")),
        ]
        let lookups = questions.flatMap { [$0.ends, $0.spellings].compactMap { $0 } }
        #expect(lookups.count >= 20)
        for question in questions + lookups {
            let plan = try store.query { db in
                try Row.fetchAll(
                    db, sql: "EXPLAIN QUERY PLAN \(question.sql)",
                    arguments: StatementArguments(question.arguments)
                ).map { $0["detail"] as String }
            }
            // A scan of an index is in order, and stops at the limit.
            #expect(!plan.contains { $0 == "SCAN push" || $0 == "SCAN reference" }, "\(plan)")
            #expect(!plan.contains { $0.contains("AUTOMATIC") }, "\(plan)")
            let isLookup = questions.allSatisfy { $0.sql != question.sql }
            // The least and the greatest are where the index begins and ends.
            #expect(!isLookup || !plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
        }
    }
}
