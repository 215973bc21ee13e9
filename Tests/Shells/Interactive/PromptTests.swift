import Foundation
import TestSupport
import Testing

/// The lines of enclavia-completion(1) that add `status --short` to a prompt, in each shell.
@Suite(.enabled(if: PseudoTerminal.isAvailable))
struct PromptTests {
    @Test(arguments: PromptShell.allCases)
    func `the prompt shows the counts, and keeps the status of the last command`(
        _ shell: PromptShell
    ) async throws {
        let history = try await OwnHistory.make()
        let home = try shell.home()
        let settle =
            "sqlite3 \"$ENCLAVIA_STATE_DIR/history.db\" 'UPDATE push SET"
            + " origin_imported_at = started_at'; true"
        let well = shell == .fish ? "(echo well)" : "$(echo well)"
        let cases = [
            TabCase("true #\t\r", "", shows: [OwnHistory.line]),
            TabCase("false #\t\r", "", shows: ["[1]> "]),
            TabCase("sh -c 'exit 7' #\t\r", "", shows: ["[7]> "]),
            // Nothing waits any more.
            TabCase("\(settle) #\t\r", "", shows: ["[0]> "]),
            TabCase("echo all is \(well) #\t\r", "", shows: ["all is well"], hides: ["↑", "!1"]),
        ]
        let terminal = Terminal(shell: shell.command, setup: shell.setup)
        let outcomes = try await terminal.run(
            cases, environment: PromptShell.environment(home, history), directory: home.path)
        for (outcome, tab) in zip(outcomes, cases) { expect(outcome, of: tab) }
        let calls = try String(contentsOfFile: "\(home.path)/calls", encoding: .utf8)
        #expect(Set(calls.split(separator: "\n")) == ["status --short"])
    }

    @Test(arguments: PromptShell.allCases)
    func `the lines start no process when a shell starts`(_ shell: PromptShell) async throws {
        let history = try await OwnHistory.make()
        // fish reads the file of a function when it is asked for.
        let load = shell == .fish ? "functions -q fish_right_prompt; " : ""
        var started: [[String]] = []
        for hasLines in [false, true] {
            let home = try shell.home(hasLines: hasLines)
            let trace = "\(home.path)/trace"
            let run = try await Run.program(
                "strace",
                ["-f", "-qq", "-e", "trace=execve,clone,?clone3,?fork,?vfork", "-o", trace]
                    + [shell.rawValue, "-i", "-c", "\(load)echo started"],
                environment: PromptShell.environment(home, history), directory: home.path)
            #expect(run.out.contains("started"), "\(run.err)")
            #expect(!FileManager.default.fileExists(atPath: "\(home.path)/calls"))
            let text = try String(contentsOfFile: trace, encoding: .utf8)
            // Without the id of the process, and what is an address.
            let calls = text.split(separator: "\n").compactMap { line in
                line.firstMatch(of: #/^[0-9]+ +(execve\("[^"]*"|(?:v?fork|clone3?)\(.*)/#)?.output.1
            }
            let processes = calls.filter { !$0.contains("CLONE_THREAD") }
            started.append(processes.map { $0.hasPrefix("execve") ? String($0) : "fork" }.sorted())
        }
        #expect(started[0].contains { $0.hasPrefix("execve") })
        #expect(started[0] == started[1])
    }

    /// A shell runs a handler for a command that is not found, and fish writes of it by itself.
    @Test(arguments: PromptShell.allCases)
    func `nothing is shown where there is no enclavia`(_ shell: PromptShell) async throws {
        let history = try await OwnHistory.make()
        let home = try shell.home()
        let gone = shell == .fish ? "(echo gone)" : "$(echo gone)"
        let messages = ["handler of", "Unknown command", "fish_right_prompt", "not found"]
        let cases = [
            TabCase("true #\t\r", "", shows: [OwnHistory.line], hides: messages),
            TabCase("rm ~/bin/enclavia; true #\t\r", "", shows: ["[0]> "], hides: messages),
            TabCase("false #\t\r", "", shows: ["[1]> "], hides: messages),
            TabCase("echo it is \(gone) #\t\r", "", shows: ["it is gone"], hides: messages + ["↑"]),
        ]
        let terminal = Terminal(shell: shell.command, setup: shell.setup)
        let outcomes = try await terminal.run(
            cases, environment: PromptShell.environment(home, history), directory: home.path)
        for (outcome, tab) in zip(outcomes, cases) { expect(outcome, of: tab) }
    }

    /// bash and zsh compute the width of the prompt without what these marks enclose.
    @Test(arguments: ["", ". ~/lines; . ~/lines; "])
    func `bash knows which characters of the prompt have no width, and adds them once`(
        _ again: String
    ) async throws {
        let history = try await OwnHistory.make()
        let home = try PromptShell.bash.home()
        try home.write(PromptShell.bash.lines, to: "lines")
        let show = "__enclavia_prompt; echo $?; printf '%s\n' \"${PS1@P}\" \"$PROMPT_COMMAND\""
        let run = try await Run.program(
            "bash", ["-i", "-c", "PROMPT_COMMAND+=('a b'); set -u; \(again)(exit 3); \(show)"],
            environment: PromptShell.environment(home, history).merging(["TERM": "xterm"]) { $1 })
        let text = run.out.replacing(#/\u{01}[^\u{02}]*\u{02}/#, with: "")
        #expect(
            text == "3\n\(OwnHistory.line) [0]> \n__enclavia_prompt\n",
            "\(run.out.debugDescription) \(run.err)")
        #expect(run.out.contains("\u{1B}[33m"))
    }

    @Test(arguments: ["", ". ~/lines; . ~/lines; ", "setopt ksh_arrays no_unset; . ~/lines; "])
    func `zsh shows a colour, and none where nothing waits`(_ again: String) async throws {
        let home = try PromptShell.zsh.home()
        try home.write(PromptShell.zsh.lines, to: "lines")
        for (history, text) in [
            (try await OwnHistory.make(), "\(OwnHistory.line) [0]> "),
            (try await SampleHistory(isIntact: true), "[0]> "),
        ] {
            let show = "__enclavia_prompt; print -rn -- ${(%)PROMPT}"
            let run = try await Run.program(
                "zsh", ["-f", "-c", ". ~/.zshrc; \(again)\(show)"],
                environment: PromptShell.environment(home, history)
                    .merging(["TERM": "xterm"]) { $1 })
            #expect(run.out.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") == text, "\(run.err)")
            #expect(run.out.contains("\u{1B}[33m") == (text.count > 5))
        }
    }

    /// zsh expands `%` sequences, and bash command substitutions, in a prompt that holds a text itself.
    @Test(arguments: PromptShell.allCases)
    func `what enclavia prints is not evaluated`(_ shell: PromptShell) async throws {
        let history = try await SampleHistory(isIntact: true)
        let home = try shell.home()
        let text = "$(touch pwned)`touch pwned`(touch pwned)%m%F{red}\\h"
        try home.write(text + "\n", to: "text")
        try home.write("#!/bin/sh\ncat '\(home.path)/text'\n", to: "bin/enclavia", mode: 0o755)
        let tab = TabCase("true #\t\r", "", shows: [text])
        let terminal = Terminal(shell: shell.command, setup: shell.setup)
        let outcomes = try await terminal.run(
            [tab], environment: PromptShell.environment(home, history), directory: home.path)
        for outcome in outcomes { expect(outcome, of: tab) }
        #expect(!FileManager.default.fileExists(atPath: "\(home.path)/pwned"))
    }
}
