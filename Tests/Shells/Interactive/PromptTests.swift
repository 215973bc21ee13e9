import Foundation
import TestSupport
import Testing

/// The lines of enclavia-completion(1) that add `status --short` to a prompt, in each shell.
@Suite(.enabled(if: PseudoTerminal.isAvailable))
struct PromptTests {
    enum Shell: String, CaseIterable, Sendable {
        case bash, zsh, fish

        /// Interactive, with the lines of the manual in its startup file in `home`.
        var command: [String] { self == .fish ? ["fish", "-i"] : [rawValue, "-i"] }

        var file: String {
            switch self {
            case .bash: ".bashrc"
            case .zsh: ".zshrc"
            case .fish: ".config/fish/functions/fish_right_prompt.fish"
            }
        }

        /// What ``Terminal`` needs, and a prompt that shows the status of the last command.
        var setup: [String] {
            switch self {
            case .bash:
                [
                    #"dump() { printf '%s\0' "$READLINE_LINE" >"$DRIVE_FIFO"; }"#,
                    "clear_line() { READLINE_LINE= READLINE_POINT=0; }",
                    #"bind -x '"\C-xd": dump'; bind -x '"\C-xk": clear_line'"#,
                ]
            case .zsh:
                [
                    #"dump() { printf '%s\0' "$BUFFER" >"$DRIVE_FIFO" }; zle -N dump"#,
                    "clear_line() { BUFFER= }; zle -N clear_line; bindkey -e",
                    "bindkey '^Xd' dump; bindkey '^Xk' clear_line; unsetopt prompt_cr prompt_sp",
                ]
            case .fish:
                [
                    "function fish_prompt; printf '[%s]> ' $status; end; set fish_greeting",
                    #"bind \cxd 'printf "%s\0" (commandline | string collect) >$DRIVE_FIFO'"#,
                    #"bind \cxk 'commandline ""'"#,
                ]
            }
        }

        /// The startup file's beginning.
        var before: String {
            switch self {
            case .bash: "PS1='[$?]> '\n"
            case .zsh: "PROMPT='[%?]> '\n"
            case .fish: ""
            }
        }
    }

    /// The lines for a shell, as the manual has them.
    static func lines(_ name: String) throws -> String {
        let page = try #require(ManualPage.named("enclavia-completion.1")?.part("Prompt"))
        let item = try #require(page.text.split(separator: ".It \(name)\n").dropFirst().first)
        let display = try #require(
            item.split(separator: ".Bd -literal\n").dropFirst().first?.split(separator: ".Ed")
                .first)
        return String(display).replacing(#"\e"#, with: #"\"#)
    }

    /// A home directory with the startup file, and an `enclavia` that counts its calls.
    private func home(_ shell: Shell) throws -> Folder {
        let home = try Folder()
        try home.write(shell.before + Self.lines(shell.rawValue), to: shell.file)
        try home.write(
            """
            #!/bin/sh
            echo "$*" >>'\(home.path)/calls'
            exec '\(Build.product("enclavia"))' "$@"
            """, to: "bin/enclavia", mode: 0o755)
        return home
    }

    private func environment(_ home: Folder, _ history: SampleHistory) -> [String: String] {
        [
            "HOME": home.path, "ZDOTDIR": home.path, "PATH": "\(home.path)/bin:/usr/bin:/bin",
            "ENCLAVIA_STATE_DIR": history.stateDirectory, "LC_ALL": "C.UTF-8",
            "XDG_CONFIG_HOME": "\(home.path)/.config",
            "XDG_DATA_HOME": "\(home.path)/.local/share",
        ]
    }

    @Test(arguments: Shell.allCases)
    func `the prompt shows the counts, and keeps the status of the last command`(
        _ shell: Shell
    ) async throws {
        let history = try await OwnHistory.make()
        let home = try home(shell)
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
            cases, environment: environment(home, history), directory: home.path)
        for (outcome, tab) in zip(outcomes, cases) { expect(outcome, of: tab) }
        let calls = try String(contentsOfFile: "\(home.path)/calls", encoding: .utf8)
        #expect(Set(calls.split(separator: "\n")) == ["status --short"])
    }

    @Test(arguments: Shell.allCases)
    func `no process is started when a shell starts`(_ shell: Shell) async throws {
        let history = try await OwnHistory.make()
        let home = try home(shell)
        let run = try await Run.program(
            shell.command[0], ["-i", "-c", "echo started"],
            environment: environment(home, history), directory: home.path)
        #expect(run.out.contains("started"), "\(run.err)")
        #expect(!FileManager.default.fileExists(atPath: "\(home.path)/calls"))
    }

    /// bash and zsh compute the width of the prompt without what these marks enclose.
    @Test func `bash knows which characters of the prompt have no width`() async throws {
        let history = try await OwnHistory.make()
        let home = try home(.bash)
        let run = try await Run.program(
            "bash",
            ["-i", "-c", "(exit 3); __enclavia_prompt; echo $?; printf %s \"${PS1@P}\""],
            environment: environment(home, history).merging(["TERM": "xterm"]) { $1 })
        let text = run.out.replacing(#/\u{01}[^\u{02}]*\u{02}/#, with: "")
        #expect(text == "3\n\(OwnHistory.line) [0]> ", "\(run.out.debugDescription)")
        #expect(run.out.contains("\u{1B}[33m"))
    }

    @Test func `zsh shows a colour, and none where nothing waits`() async throws {
        let home = try home(.zsh)
        for (history, text) in [
            (try await OwnHistory.make(), "\(OwnHistory.line) [0]> "),
            (try await SampleHistory(isIntact: true), "[0]> "),
        ] {
            let run = try await Run.program(
                "zsh", ["-f", "-c", ". ~/.zshrc; __enclavia_prompt; print -rn -- ${(%)PROMPT}"],
                environment: environment(home, history).merging(["TERM": "xterm"]) { $1 })
            #expect(run.out.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") == text, "\(run.err)")
            #expect(run.out.contains("\u{1B}[33m") == (text.count > 5))
        }
    }

    /// zsh expands `%` sequences, and bash command substitutions, in a prompt that holds a text itself.
    @Test(arguments: Shell.allCases)
    func `what enclavia prints is not evaluated`(_ shell: Shell) async throws {
        let history = try await SampleHistory(isIntact: true)
        let home = try home(shell)
        let text = "$(touch pwned)`touch pwned`(touch pwned)%m%F{red}\\h"
        try home.write(text + "\n", to: "text")
        try home.write("#!/bin/sh\ncat '\(home.path)/text'\n", to: "bin/enclavia", mode: 0o755)
        let tab = TabCase("true #\t\r", "", shows: [text])
        let terminal = Terminal(shell: shell.command, setup: shell.setup)
        let outcomes = try await terminal.run(
            [tab], environment: environment(home, history), directory: home.path)
        for outcome in outcomes { expect(outcome, of: tab) }
        #expect(!FileManager.default.fileExists(atPath: "\(home.path)/pwned"))
    }

    /// starship is not in Debian 12. Without it, the test checks the command that it would run.
    @Test func `starship shows the counts`() async throws {
        let history = try await OwnHistory.make()
        let home = try home(.bash)
        let lines = try Self.lines("starship")
        let configuration = try home.write(lines, to: ".config/starship.toml")
        let found = try await Run.shell("command -v starship")
        let program = found.out.split(separator: "\n").first.map(String.init)
        let variables = environment(home, history).merging([
            "STARSHIP_CONFIG": configuration, "STARSHIP_SHELL": "bash", "TERM": "xterm",
            "STARSHIP_CACHE": "\(home.path)/cache",
        ]) { $1 }
        guard let program else {
            let command = try #require(lines.firstMatch(of: #/command = "(.*)"/#)?.output.1)
            let run = try await Run.program(
                "sh", ["-c", String(command)], environment: variables, directory: home.path)
            #expect(run.out == OwnHistory.line + "\n" && run.status == 0)
            return
        }
        let empty = try await SampleHistory(isIntact: true)
        for (state, text) in [(history, "\(OwnHistory.line) "), (empty, "")] {
            let run = try await Run.program(
                program, ["module", "custom.enclavia"],
                environment: variables.merging(["ENCLAVIA_STATE_DIR": state.stateDirectory]) { $1 },
                directory: home.path)
            let shown = run.out.replacing(#/\\\[|\\\]/#, with: "")
                .replacing(#/\u{1B}\[[0-9;]*m/#, with: "")
            #expect(shown == text, "\(run.out) \(run.err)")
        }
    }
}
