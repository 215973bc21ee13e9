import TestSupport
import Testing

/// What TAB inserts where more matches than are offered, and where nothing begins with the word.
@Suite(.enabled(if: PseudoTerminal.isAvailable))
struct MatchingTests {
    /// 301 tags, of which the newest 200 begin with more than all do.
    private static let tags =
        (0..<250).map { "2026-11.\($0)" } + (0..<50).map { "2026-10.\($0)" } + ["V9"]

    private static let message = "type more to narrow them down"

    @Test(arguments: TroubleTests.Shell.allCases)
    func `beyond the limit, nothing is inserted that not all matches begin with`(
        _ shell: TroubleTests.Shell
    ) async throws {
        let history = try await SampleHistory(
            Self.tags.enumerated().map { SampleHistory.Push(tag: $1, daysAgo: $0 + 1) })
        let cases = [
            TabCase("enclavia push x myapp:", shows: [Self.message]),
            TabCase(
                "enclavia push x myapp:20", "enclavia push x myapp:2026-1", shows: [Self.message]),
            TabCase("enclavia push x myapp:V", "enclavia push x myapp:V9 ", hides: [Self.message]),
            TabCase(
                "enclavia history at myapp:2026-10.4", shows: ["2026-10.49"], hides: [Self.message]),
        ]
        let interactive = InteractiveShell(
            shell.terminal, cases, environment: ["ENCLAVIA_STATE_DIR": history.stateDirectory])
        for tab in cases { try await expect(interactive.outcome(of: tab), of: tab) }
    }

    @Test func `bash that does not list inserts nothing false either`() async throws {
        let history = try await SampleHistory(
            Self.tags.enumerated().map { SampleHistory.Push(tag: $1, daysAgo: $0 + 1) })
        let cases = [
            TabCase("enclavia push x myapp:\t", "enclavia push x myapp:"),
            TabCase("enclavia push x myapp:20\t", "enclavia push x myapp:2026-1"),
            TabCase(
                "enclavia push x myapp:2\t\t\t", "enclavia push x myapp:2026-1",
                shows: [Self.message]
            ),
        ]
        let interactive = InteractiveShell(
            Terminal.bash().with("bind 'set show-all-if-ambiguous off'"), cases,
            environment: ["ENCLAVIA_STATE_DIR": history.stateDirectory])
        for tab in cases { try await expect(interactive.outcome(of: tab), of: tab) }
    }

    /// Shells that are told to ignore case, as their users do.
    static let lenient: [(name: String, terminal: Terminal, cases: [TabCase])] = [
        (
            "bash", Terminal.bash().with("bind 'set completion-ignore-case on'"),
            [
                TabCase("enclavia PU", "enclavia push "),
                TabCase("enclavia push x MYA", "enclavia push x myapp:"),
                TabCase("enclavia push x myapp:LAT", "enclavia push x myapp:latest "),
                TabCase(
                    "enclavia push --digest-file=NOT", "enclavia push --digest-file=notes.txt "),
                TabCase("enclavia history --user US", "enclavia history --user user "),
                // bash cannot change what stands before the colon.
                TabCase("enclavia push x MYAPP:l"), TabCase("enclavia push x pp:l"),
                TabCase("enclavia push x myapp:v", shows: ["v2", "v1"]),
            ]
        ),
        (
            "bash without colons",
            Terminal.bash(breaks: "\"'@><=;|&(").with("bind 'set completion-ignore-case on'"),
            [
                TabCase("enclavia push x MYAPP:L", "enclavia push x myapp:latest "),
                TabCase("enclavia push x pp:l"),
            ]
        ),
        (
            "bash without equals signs",
            Terminal.bash(breaks: "\"'@><;|&(").with("bind 'set completion-ignore-case on'"),
            [TabCase("enclavia push --digest-file=NOT", "enclavia push --digest-file=notes.txt ")]
        ),
        (
            "bash, map-case",
            Terminal.bash().with(
                "bind 'set completion-ignore-case on'; bind 'set completion-map-case on'"),
            [TabCase("enclavia push --NO_N", "enclavia push --no-notify ")]
        ),
        (
            "bash as it comes", Terminal.bash(),
            [
                TabCase("enclavia PU"), TabCase("enclavia push x MYA"), TabCase("enclavia tory"),
                TabCase("enclavia push x myapp:LAT"), TabCase("enclavia history --repository eb"),
            ]
        ),
        (
            "zsh as it comes", Terminal.zsh(),
            [TabCase("enclavia PU"), TabCase("enclavia push x MYA")]
        ),
        (
            "zsh, as frameworks set it",
            Terminal.zsh().with(
                "zstyle ':completion:*' matcher-list 'm:{a-zA-Z}={A-Za-z}' 'r:|[._-]=* r:|=*' 'l:|=* r:|=*'"
            ),
            [
                TabCase("enclavia PU", "enclavia push "),
                TabCase("enclavia push x MYA", "enclavia push x myapp:"),
                TabCase("enclavia push x MYAPP:LAT", "enclavia push x myapp:latest "),
                TabCase("enclavia push x pp:lat", "enclavia push x myapp:latest "),
                TabCase("enclavia push --d-f", "enclavia push --digest-file "),
                TabCase(
                    "enclavia push --digest-file=NOT", "enclavia push --digest-file=notes.txt "),
                TabCase("enclavia history --tag est", "enclavia history --tag latest "),
            ]
        ),
        (
            "fish", Terminal.fish(),
            [
                TabCase("enclavia PU", "enclavia push "),
                TabCase("enclavia tory", "enclavia history "),
                TabCase("enclavia push x MYA", "enclavia push x myapp:"),
                TabCase("enclavia push x MYAPP:LAT", "enclavia push x myapp:latest "),
                TabCase("enclavia history --repository eb", "enclavia history --repository web "),
                TabCase(
                    "enclavia push --digest-file=NOT", "enclavia push --digest-file=notes.txt "),
            ]
        ),
    ]

    @Test(arguments: lenient.map(\.name))
    func `a shell that ignores case completes in the case of the match`(_ name: String) async throws
    {
        let shell = try #require(Self.lenient.first { $0.name == name })
        let interactive = InteractiveShell(shell.terminal, shell.cases)
        for tab in shell.cases { try await expect(interactive.outcome(of: tab), of: tab) }
    }

    @Test func `zsh shows no descriptions where they are turned off`() async throws {
        let tab = TabCase(
            "enclavia push x myapp:", shows: ["v2", "latest", "v1"], hides: ["d ago"])
        let interactive = InteractiveShell(
            Terminal.zsh().with("zstyle ':completion:*' verbose no"), [tab])
        try await expect(interactive.outcome(of: tab), of: tab)
    }

    @Test func `zsh runs the program once for all that a matcher-list tries`() async throws {
        let tab = TabCase("enclavia push x MYA", "enclavia push x myapp:")
        let interactive = InteractiveShell(
            Terminal.zsh().with("zstyle ':completion:*' matcher-list '' 'm:{a-zA-Z}={A-Za-z}'"),
            [tab], program: .counted)
        try await expect(interactive.outcome(of: tab), of: tab)
        #expect(try await interactive.callsMade() == ["__complete push x MYA"])
    }

    @Test func `bash lists ids with references and ages`() async throws {
        let tab = TabCase(
            "enclavia history show 0000000",
            shows: [
                "00000002", "(alice/myapp:v2, 2 d ago)", "00000003", "(alice/mytool:x, 3 d ago)",
            ])
        let interactive = InteractiveShell(.bash(), [tab])
        try await expect(interactive.outcome(of: tab), of: tab)
    }
}
