import EnclaviaCommands
import EnclaviaCompletion
import EnclaviaCore
import Testing

/// The query that the arguments of `history list` make.
struct HistoryFilterTests {
    /// The query that `history list` makes of these arguments.
    private func query(_ words: String...) async throws -> HistoryQuery {
        let history = try ListedHistory([])
        let outcome = await CommandLineRun(adapters: TestAdapters(givenHistory: history)).run(
            ["history", "list"] + words)
        #expect(outcome.status == .done, "\(outcome.err)")
        return try #require(history.queries.last)
    }

    @Test func `every filter reaches the query`() async throws {
        var wanted = HistoryQuery()
        wanted.globs = ["alice/*"]
        wanted.repositories = [
            RepositoryFilter(owner: nil, repository: "myapp"),
            RepositoryFilter(owner: "bob", repository: "x"),
        ]
        wanted.tags = ["v1", "V2"]
        wanted.digestPrefixes = ["abc1", "def"].compactMap { DigestPrefix($0) }
        wanted.since = Sample.moment("2026-08-01T00:00:00Z")
        wanted.until = Sample.moment("2026-08-03T00:00:00Z")
        wanted.outcomes = [.failed, .cancelled]
        wanted.notifyOutcomes = [.pending]
        wanted.commitPrefixes = ["0123"]
        wanted.hosts = ["laptop"]
        wanted.users = ["alice", "ci-bot"]
        wanted.labels = [
            LabelFilter(key: "team", value: "a=b"), LabelFilter(key: "env", value: nil),
            LabelFilter(key: "empty", value: ""),
        ]
        wanted.movesOnly = true
        wanted.limit = 7
        wanted.isReversed = true
        let usual = Mirror(reflecting: HistoryQuery()).children
        for (property, usual) in zip(Mirror(reflecting: wanted).children, usual) {
            #expect(
                "\(property.value)" != "\(usual.value)",
                "\(property.label ?? "") is not tested here")
        }
        #expect(
            try await query(
                "alice/*", "--repository", "myapp", "--repository", "bob/x", "--tag", "v1", "--tag",
                "V2", "--digest", "sha256:ABC1", "--digest", "def", "--since", "2026-08-01",
                "--until", "2026-08-02", "--outcome", "failed", "--outcome", "cancelled",
                "--notify", "pending", "--commit", "0123", "--host", "laptop", "--user", "alice",
                "--user", "ci-bot", "--label", "team=a=b", "--label", "env", "--label", "empty=",
                "--moves", "--limit", "7", "--reverse") == wanted)
    }

    @Test(
        arguments: [
            (["--since", "2026-13-01"], "--since \"2026-13-01\" has an invalid month: 13"),
            (["--until", "5y"], "--until \"5y\" has the unknown unit \"y\""),
            (["--until", ""], "--until is empty"),
            (["--since", "2026-08-01T10"], "--since \"2026-08-01T10\" is incomplete"),
            (
                ["--since", "2026-08-02", "--until", "2026-07-31"],
                "the range is inverted: --since \"2026-08-02\" (2026-08-02 00:00) is after"
                    + " --until \"2026-07-31\" (2026-07-31 00:00)"
            ),
            (
                ["--since", "2026-08-02", "--until", "2026-08-01"],
                "the range is inverted: --since \"2026-08-02\" (2026-08-02 00:00) is after"
                    + " --until \"2026-08-01\" (2026-08-01 00:00)"
            ),
            (
                ["--since", "2026-08-01T10:01", "--until", "2026-08-01T10:00"],
                "the range is inverted: --since \"2026-08-01T10:01\" (2026-08-01 10:01) is after"
            ),
            (["--repository", "My"], "--repository \"My\" is not <repo>, <owner>/<repo> or"),
            (["--repository", "a/b/c"], "--repository \"a/b/c\" is not <repo>, <owner>/<repo> or"),
            (["--digest", "xyz"], "--digest \"xyz\" is not 1 to 64 hexadecimal digits"),
            (["--digest", "sha256:"], "--digest \"sha256:\" is not 1 to 64 hexadecimal digits"),
            (["--tag", "a b"], "--tag \"a b\" is not a tag"),
            (["--label", "=x"], "--label \"=x\" is not KEY or KEY=VALUE"),
            (["--user", ""], "--user is empty"),
            (["--limit", "0"], "--limit 0 is less than 1"),
            ([""], "the pattern is empty"),
            (["--outcome", "done"], "\"done\" is not a value of --outcome: use running, "),
            (["--notify", "sent"], "\"sent\" is not a value of --notify: use pending, "),
        ])
    func `an invalid filter is refused with the reason`(_ words: [String], _ sentence: String)
        async throws
    {
        let outcome = await CommandLineRun().run(["history", "list"] + words)
        #expect(outcome.status == .usage)
        #expect(outcome.out.isEmpty)
        #expect(outcome.err.hasPrefix("error: \(sentence)"), "\(outcome.err)")
        let json = await CommandLineRun().run(["history", "--json", "list"] + words)
        #expect(json.status == .usage)
        #expect(try json.object()["kind"] as? String == "usage")
    }

    @Test func `the values of all filters that take texts count towards one limit`() async throws {
        let list = CommandTree.enclavia.verb("history")?.verb("list")
        let options = try #require(list).options.filter { option in
            if case .words = option.value { false } else { option.repeats }
        }
        // "a" is valid for each: as a repository, a tag, a digest's first digit, a label's key.
        let words = options.flatMap { ["\($0.names[0])", "a"] }
        let rounds = 8_000 / options.count + 1
        let outcome = await CommandLineRun().run(
            ["history"] + (0..<rounds).flatMap { _ in words })
        #expect(outcome.status == .usage)
        #expect(
            outcome.err.hasPrefix(
                "error: the filters have \(rounds * options.count) values, more than the limit of 8000\n"
            ))
    }

    @Test(arguments: [
        ("2026-08-01", "2026-08-01"), ("2026-08-01T10:00", "2026-08-01"),
        ("2026-08-01T10:00", "2026-08-01T10:00"),
    ])
    func `a range within a day, or of one moment, is not inverted`(
        _ since: String, _ until: String
    ) async throws {
        let query = try await query("--since", since, "--until", until)
        #expect(try #require(query.since) <= #require(query.until))
    }

    @Test func `the error for an invalid time shows the grammar of times`() async {
        let outcome = await CommandLineRun()("history", "--since", "whenever")
        #expect(outcome.err.contains("hint: a time is \(TimeExpression.grammar)"))
    }

    @Test(
        arguments: [
            (["history", "lsit"], "list"), (["--json", "history", "lits"], "list"),
        ])
    func `a pattern that finds nothing and resembles a verb gets a suggestion`(
        _ words: [String], _ verb: String
    ) async throws {
        let empty = TestAdapters(givenHistory: try ListedHistory([]))
        let outcome = await CommandLineRun(adapters: empty).run(words)
        #expect(outcome.status == .done)
        #expect(outcome.err.contains("did you mean `enclavia history \(verb)`?"))
    }

    @Test(arguments: [["history", "list", "lsit"], ["history", "myapp"]])
    func `other patterns get no suggestion`(_ words: [String]) async throws {
        let empty = TestAdapters(givenHistory: try ListedHistory([]))
        let outcome = await CommandLineRun(adapters: empty).run(words)
        #expect(outcome.status == .done)
        #expect(outcome.err == "no pushes are recorded yet\n")
    }
}
