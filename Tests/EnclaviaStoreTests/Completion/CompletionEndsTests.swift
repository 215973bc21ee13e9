import EnclaviaCompletion
import EnclaviaCore
import EnclaviaStore
import GRDB
import Testing

/// What completion offers of more values than it lists: whatever the offered values begin with, all values do.
struct CompletionEndsTests {
    private let store: TemporaryStore
    private let count = 5000

    /// Numbers of five digits begin the newest values; the oldest two of each kind begin otherwise.
    init() async throws {
        store = try TemporaryStore()
        try await store.importText(Corpus(count: 4).export)
        let number = "printf('%05d', n + 10000)"
        try store.edit { [count] db in
            for table in ["push", "reference", "repository", "local_image", "label", "enclave"] {
                try db.execute(sql: "DELETE FROM \(table)")
            }
            try db.execute(
                sql: """
                    CREATE TEMP TABLE number (n INTEGER, text TEXT, moment TEXT);
                    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < \(count))
                    INSERT INTO number
                    SELECT n, CASE n WHEN 1 THEN '0' WHEN 2 THEN 'e' ELSE '' END || \(number),
                        printf('2026-01-01T%02d:%02d:%02d.000Z', n / 3600, n / 60 % 60, n % 60)
                    FROM series;
                    INSERT INTO repository (owner, repository, pushes, started_at, push_id, outcome)
                    SELECT 'alice', text, 1, moment, n, 'succeeded' FROM number;
                    INSERT INTO reference (registry, owner, repository, tag, pushes, started_at, push_id, outcome)
                    SELECT 'r', 'alice', 'app', text, 1, moment, n, 'succeeded' FROM number;
                    INSERT INTO local_image (name, pushes, started_at, push_id)
                    SELECT text, 1, moment, n FROM number;
                    INSERT INTO label (key, value, pushes, started_at, push_id)
                    SELECT 'k', text, 1, moment, n FROM number UNION ALL
                    SELECT text, 'v', 1, moment, n FROM number;
                    INSERT INTO enclave (id, name, backend, seen_at)
                    SELECT text, text, 'b', moment FROM number;
                    INSERT INTO push (id, revision, destination, backend, local_image, digest, digest_verified,
                        started_at, outcome, notify_attempts, notify_triggered, notify_staged,
                        notify_rejected_non_upgradable, labels, context_host, context_user, context_ci_actor,
                        context_git_commit, image_revision, cli_version)
                    SELECT text || '-0000-7000-8000-' || printf('%012d', n), 1, 'd', 'b', text,
                        'sha256:' || text, 0, moment, 'succeeded', 0, '[]', '[]', '[]', '{}',
                        text, text, text, text, text, '1'
                    FROM number;
                    DROP TABLE number
                    """)
        }
    }

    static let questions: [(name: String, make: @Sendable (String) -> CompletionQuestion)] = [
        ("repositories", { .repositories(owner: nil, prefix: $0) }),
        ("repositories of an owner", { .repositories(owner: "alice", prefix: $0) }),
        ("tags", { .tags(prefix: $0) }),
        ("tags of a repository", { .tagsOf(owner: nil, repository: "app", prefix: $0) }),
        (
            "tags of a full reference",
            { .tagsOf(registry: "r", owner: "alice", repository: "app", prefix: $0) }
        ),
        ("images", { .localImages(prefix: $0) }), ("keys", { .labels(key: nil, prefix: $0) }),
        ("labels", { .labels(key: "k", prefix: $0) }), ("enclaves", { .enclaves(prefix: $0) }),
        ("hosts", { .hosts(prefix: $0) }), ("users", { .users(prefix: $0) }),
        ("commits", { .commits(prefix: $0) }), ("ids", { .pushes(prefix: $0) }),
        ("digests", { .digests(prefix: DigestPrefix($0)) }),
    ]

    @Test(arguments: questions.map(\.name))
    func `the least and the greatest value are offered beside the newest`(_ name: String) throws {
        let make = try #require(Self.questions.first { $0.name == name }).make
        let reader = CompletionReader(path: store.paths.database.string, milliseconds: 10_000)
        // The values of labels have one key more.
        let last = name == "keys" ? "k" : "e10002"
        for (prefix, ends) in [("", ["010001", last]), ("1", ["10003", "15000"])] {
            let answers = try reader.answers(make(prefix))
            let all = (answers.values + answers.ends).map { value($0.value) }
            #expect(answers.isCut)
            #expect(answers.values.count == CompletionQuestion.limit)
            #expect(
                value(answers.values[0].value) == "15000" || ["keys", "ids"].contains(name))
            #expect(all.contains(ends[0]) && all.contains(ends[1]), "\(ends) of \(all.suffix(3))")
        }
        let few = try reader.answers(make("1234"))
        #expect(few.values.count == 10 && few.ends.isEmpty && !few.isCut)
    }

    /// What the number makes of an answer.
    private func value(_ text: String) -> String {
        String(text.trimmingPrefix("sha256:").prefix { $0 != "-" })
    }

    @Test func `what all values begin with in any case is not what only some begin with`() throws {
        try store.edit { db in
            let columns = "(registry, owner, repository, tag, pushes, started_at, push_id, outcome)"
            for (tag, moment) in [
                ("aXb", "2025-01-01"), ("axc", "2025-01-02"), ("aYd", "2025-01-03"),
            ] {
                try db.execute(
                    sql: """
                        INSERT INTO reference \(columns)
                        VALUES ('r', 'alice', 'case', '\(tag)', 1, '\(moment)', 'p', 'failed')
                        """)
            }
            try db.execute(
                sql: """
                    INSERT INTO reference \(columns)
                    SELECT 'r', 'alice', 'case', 'aXb' || tag, 1, started_at, push_id, 'failed'
                    FROM reference WHERE repository = 'app' LIMIT 300
                    """)
        }
        let reader = CompletionReader(path: store.paths.database.string, milliseconds: 10_000)
        let question = CompletionQuestion.tagsOf(owner: nil, repository: "case", prefix: "a")
        let answers = try reader.answers(question)
        #expect(Set(answers.ends.map(\.value)).isSuperset(of: ["aXb", "axc", "aYd"]))
        try store.edit { try $0.execute(sql: "DELETE FROM reference WHERE tag = 'aYd'") }
        let rest = try CompletionReader(path: store.paths.database.string, milliseconds: 10_000)
            .answers(question)
        #expect(Set(rest.ends.map(\.value)).isSuperset(of: ["aXb", "axc"]))
    }

    @Test func `a short id is not offered alone if others may begin so`() throws {
        let reader = CompletionReader(path: store.paths.database.string, milliseconds: 10_000)
        // All begin with four zeros; the newest 200, with more.
        try store.edit { try $0.execute(sql: "DELETE FROM push WHERE id LIKE '%5000'") }
        for prefix in ["", "0", "0000"] {
            let answers = try reader.answers(.shortIDs(prefix: prefix))
            #expect(answers.isCut && answers.values.count == CompletionQuestion.limit)
            #expect(answers.ends.map(\.value) == ["00000001"], "\(prefix)")
        }
        #expect(try reader.answers(.shortIDs(prefix: "00004")).values.count == 200)
        let one = try reader.answers(.shortIDs(prefix: "00004321"))
        #expect(one.values.map(\.value) == ["00004321"] && !one.isCut)
    }

    @Test func `a prefix in another case is found in all values`() throws {
        let reader = CompletionReader(path: store.paths.database.string, milliseconds: 10_000)
        let question = CompletionQuestion.tagsOf(owner: nil, repository: "app", prefix: "E100")
        let spellings = try #require(question.spellings)
        #expect(try reader.answers(spellings).values.map(\.value) == ["e100"])
        let within = try #require(question.within("4999"))
        #expect(try reader.answers(within).values.map(\.value) == ["14999"])
        // Too many to know what they have in common.
        let many = try reader.answers(try #require(question.within("0")))
        #expect(many.values.isEmpty && many.isCut)
    }
}
