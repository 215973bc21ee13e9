import EnclaviaCompletion
import EnclaviaStore
import GRDB
import Testing

/// Registries and owners of more references than are read, in stores with the indexes for them, and without.
struct OwnerQuestionTests {
    static let indexes = """
        CREATE INDEX IF NOT EXISTS reference_owner ON reference (registry, owner);
        CREATE INDEX IF NOT EXISTS repository_owner ON repository (owner)
        """
    private static let registry = "registry.example.com"

    private let store: TemporaryStore

    init() async throws {
        store = try TemporaryStore()
        try await store.importText(Corpus(count: 4).export)
    }

    /// Makes a store of `count` references and repositories.
    ///
    /// - Parameter owner: the expression for the owner of number `n`, the oldest of which is 1.
    private func fill(_ count: Int = 2100, owner: String, isIndexed: Bool) throws {
        try store.edit { db in
            try db.execute(
                sql: """
                    DROP INDEX IF EXISTS reference_owner;
                    DROP INDEX IF EXISTS repository_owner;
                    DELETE FROM reference;
                    DELETE FROM repository;
                    WITH RECURSIVE number (n) AS (
                        SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < \(count))
                    INSERT INTO reference (registry, owner, repository, tag, pushes, started_at, push_id, outcome)
                    SELECT '\(Self.registry)', \(owner), 'app' || n % 9, 'v' || n, 1,
                        printf('2026-01-01T00:00:00.%06dZ', n), printf('%06d', n), 'succeeded'
                    FROM number;
                    INSERT INTO repository (owner, repository, pushes, started_at, push_id, outcome)
                    SELECT owner, repository || tag, 1, started_at, push_id, outcome FROM reference;
                    \(isIndexed ? Self.indexes : "")
                    """)
        }
    }

    private func answers(_ question: CompletionQuestion) throws -> CompletionAnswers {
        try CompletionReader(path: store.paths.database.string, milliseconds: 10_000)
            .answers(question)
    }

    private static let questions: [@Sendable (String) -> CompletionQuestion] = [
        { .owners(prefix: $0) }, { .owners(registry: registry, prefix: $0) },
    ]

    @Test(arguments: [true, false])
    func `one registry and one owner of many references are all there are`(
        _ isIndexed: Bool
    ) throws {
        try fill(owner: "'alice'", isIndexed: isIndexed)
        for (question, value) in [
            ({ .registries(prefix: $0) }, Self.registry), (Self.questions[0], "alice"),
            (Self.questions[1], "alice"),
        ] as [((String) -> CompletionQuestion, String)] {
            for prefix in ["", String(value.prefix(2)), value] {
                let found = try answers(question(prefix))
                #expect(found.values.map(\.value) == [value], "\(prefix)")
                #expect(found.values[0].moment == "2026-01-01T00:00:00.002100Z")
                #expect(found.ends.isEmpty && !found.isCut, "\(prefix)")
            }
            let none = try answers(question("zz"))
            #expect(none.values.isEmpty && none.ends.isEmpty && !none.isCut)
            let typed = value.prefix(3).uppercased()
            let spellings = try answers(try #require(question(typed).spellings))
            #expect(spellings.values.map(\.value) == [String(value.prefix(3))])
            let within = try answers(try #require(question("x").within(String(value.suffix(3)))))
            #expect(within.values.map(\.value) == [value] && !within.isCut)
        }
    }

    @Test(arguments: [true, false])
    func `an owner of old references alone is offered, or it is said that there are more`(
        _ isIndexed: Bool
    ) throws {
        try fill(owner: "CASE n WHEN 1 THEN 'amy' ELSE 'alice' END", isIndexed: isIndexed)
        for question in Self.questions {
            let all = try answers(question("a"))
            #expect(Set((all.values + all.ends).map(\.value)) == ["alice", "amy"])
            let one = try answers(question("am"))
            #expect((one.values + one.ends).map(\.value) == ["amy"])
            #expect(isIndexed ? !all.isCut && one.ends.isEmpty : all.isCut)
        }
        // Neither the least nor the greatest.
        try fill(
            owner: "CASE n WHEN 1 THEN 'amy' WHEN 2100 THEN 'azoth' ELSE 'alice' END",
            isIndexed: isIndexed)
        for question in Self.questions {
            let all = try answers(question("a"))
            #expect(all.values.map(\.value) == ["azoth", "alice"] + (isIndexed ? ["amy"] : []))
            #expect(all.isCut == !isIndexed)
        }
    }

    @Test(arguments: [true, false])
    func `of many owners, the newest and the ends are offered`(_ isIndexed: Bool) throws {
        try fill(owner: "printf('o%05d', 3000 - n)", isIndexed: isIndexed)
        for question in Self.questions {
            let all = try answers(question("o"))
            #expect(all.isCut && all.values.count == CompletionQuestion.limit)
            #expect(all.values[0].value == "o00900")
            #expect((all.values + all.ends).map(\.value).contains("o02999"))
        }
    }
}
