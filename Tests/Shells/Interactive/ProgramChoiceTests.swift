import TestSupport
import Testing

/// Which program a TAB runs, and what it offers where that gives no answer.
@Suite(.enabled(if: PseudoTerminal.isAvailable))
struct ProgramChoiceTests {
    private typealias Shell = TroubleTests.Shell

    /// A line that completes `deploy` as `enclavia` is completed.
    private static func sharing(_ shell: TroubleTests.Shell) -> String {
        switch shell {
        case .bash: "complete -F _enclavia deploy"
        case .zsh: "compdef deploy=enclavia"
        case .fish: "complete -c deploy -w enclavia"
        }
    }

    @Test(arguments: TroubleTests.Shell.allCases)
    func `a program of another name that completes like enclavia is never run`(
        _ shell: TroubleTests.Shell
    ) async throws {
        let completes = ["deploy", "~/bin/deploy", "bin/deploy", "$HOME/bin/deploy"].map { typed in
            // fish knows what a command wraps only by the name alone.
            shell == .fish && typed != "deploy"
                ? TabCase("\(typed) push x web:p")
                : TabCase("\(typed) push x web:p", "\(typed) push x web:prod ")
        }
        let interactive = InteractiveShell(
            shell.terminal.with(Self.sharing(shell)), completes,
            preparation: """
                printf '#!/bin/sh\necho "$@" >>"$HOME/deployed"\n' >bin/deploy; chmod +x bin/deploy
                """)
        for tab in completes { try await expect(interactive.outcome(of: tab), of: tab) }
        #expect(try await interactive.filesMade() == [])
    }

    @Test(arguments: TroubleTests.Shell.allCases)
    func `enclavia typed by its path is the one that is run`(
        _ shell: TroubleTests.Shell
    ) async throws {
        let paths = ["~/bin/enclavia", "$HOME/bin/enclavia", "./bin/enclavia", "bin/enclavia"]
        let cases = paths.map { TabCase("\($0) push x web:p", "\($0) push x web:prod ") }
        let interactive = InteractiveShell(
            shell.terminal, cases,
            // fish loads the completions of commands in PATH.
            environment: shell == .fish ? [:] : ["PATH": "/usr/bin:/bin"], program: .counted)
        for tab in cases { try await expect(interactive.outcome(of: tab), of: tab) }
        let calls = try await interactive.callsMade()
        #expect(calls == Array(repeating: "__complete push x web:p", count: cases.count))
    }

    @Test(arguments: TroubleTests.Shell.allCases)
    func `what is called enclavia and cannot be run does not hide the program`(
        _ shell: TroubleTests.Shell
    ) async throws {
        let tab = TabCase("enclavia push x web:p", "enclavia push x web:prod ")
        // zsh has a table of what is in absolute directories.
        let path =
            shell == .fish
            ? "set -x PATH $HOME/one $HOME/two $PATH" : "PATH=$HOME/one:$HOME/two:$PATH"
        let interactive = InteractiveShell(
            shell.terminal.with(path), [tab],
            preparation: "mkdir -p one/enclavia two; touch two/enclavia")
        try await expect(interactive.outcome(of: tab), of: tab)
    }

    @Test(arguments: TroubleTests.Shell.allCases)
    func `a directive with a leading zero is a decimal number`(
        _ shell: TroubleTests.Shell
    ) async throws {
        let tab = TabCase(
            "enclavia push x pro", "enclavia push x prod ", hides: ["08", "base", "octal"])
        let interactive = InteractiveShell(
            shell.terminal, [tab],
            preparation: """
                rm bin/enclavia; printf '#!/bin/sh\necho prod; echo :08\n' >bin/enclavia
                chmod +x bin/enclavia
                """)
        try await expect(interactive.outcome(of: tab), of: tab)
    }

    /// Programs in the place of enclavia, as shell scripts.
    static let others = [
        ("gone", ""), ("failing", "exit 1"), ("killed", "kill -9 $$"),
        ("killed in the middle", "echo prod; echo pusher; kill -9 $$"),
        ("another", "echo usage: pusher; echo prod"), ("erring", "echo :1; echo error >&2"),
        ("with an early end", "echo prod; echo :4; echo trouble"),
        ("crashed", "kill -SEGV $$"), ("aborted", "echo prod; kill -ABRT $$"),
        ("of a large number", "echo prod; echo :99999999999999999998"),
    ]

    @Test(arguments: TroubleTests.Shell.allCases, others.map(\.0))
    func `a program that gives no answer offers nothing`(
        _ shell: TroubleTests.Shell, _ name: String
    ) async throws {
        let script = try #require(Self.others.first { $0.0 == name }).1
        let cases = [
            TabCase("enclavia pu"), TabCase("enclavia push x no"), TabCase("enclavia push x p"),
            TabCase("enclavia history import fol"),
        ]
        // fish completes nothing but files for a command that it does not find.
        if shell == .fish, name == "gone" { return }
        let interactive = InteractiveShell(
            shell.terminal, cases,
            preparation: script.isEmpty
                ? "rm bin/enclavia"
                : "rm bin/enclavia; printf '%s\\n' '#!/bin/sh' '\(script)' >bin/enclavia; chmod +x bin/enclavia"
        )
        for tab in cases {
            let outcome = try await interactive.outcome(of: tab)
            expect(outcome, of: tab)
            for word in [
                "usage", "trouble", "error", "ot found", "illed", "SIG", "egmentation", "truncated",
            ] {
                #expect(!outcome.screen.contains(word), "\(outcome.screen)")
            }
        }
    }
}
