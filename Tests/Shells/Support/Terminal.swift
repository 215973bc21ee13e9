import Foundation
import TestSupport
import Testing

/// The keys that are typed into a shell, and the expected line.
struct TabCase: Sendable, Codable, CustomTestStringConvertible {
    /// The typed keys; a TAB is added unless there is one.
    let typed: String
    /// The line afterwards; `nil` if it stays as it was typed.
    let line: String?
    /// The text that the terminal must show, in this order.
    let shows: [String]
    /// The text that it must not show.
    let hides: [String]

    init(_ typed: String, _ line: String? = nil, shows: [String] = [], hides: [String] = []) {
        self.typed = typed
        self.line = line
        self.shows = shows
        self.hides = hides
    }

    var testDescription: String { typed }
    var keys: String { typed.contains("\t") ? typed : typed + "\t" }
    var expected: String { line ?? typed }

    /// Whether the line is as expected, and every text was shown.
    func isMet(_ outcome: Terminal.Outcome) -> Bool {
        outcome.line == expected && outcome.missing.isEmpty
    }
}

/// One interactive shell on a pseudo-terminal, through `Drivers/drive.py`.
struct Terminal: Sendable {
    /// The result of a case.
    struct Outcome: Decodable, Sendable {
        let line: String
        let screen: String
        /// The expected text that never appeared.
        let missing: String
    }

    let shell: [String]
    /// The lines that the shell reads first.
    let setup: [String]

    private struct Order: Encodable {
        struct Case: Encodable {
            let keys: String
            let shows: [String]
        }

        let argv: [String]
        let env: [String: String]
        let setup: [String]
        let cases: [Case]
    }

    /// Runs the cases one after the other in one shell, in a working directory of its own.
    ///
    /// - Parameter wrapper: a command, with its arguments, that runs the driver.
    func run(
        _ cases: [TabCase], environment: [String: String], directory: String,
        under wrapper: [String] = []
    ) async throws -> [Outcome] {
        let base = [
            "TERM": "xterm", "LANG": "C.UTF-8", "HOME": directory, "INPUTRC": "/dev/null",
            "ENCLAVIA_EVENT_LOG": "off", "DOCKER_HOST": "unix:///nonexistent",
        ]
        let order = Order(
            argv: shell, env: base.merging(environment) { $1 }, setup: setup,
            cases: cases.map { .init(keys: $0.keys, shows: $0.shows) })
        let input = String(decoding: try JSONEncoder().encode(order), as: UTF8.self)
        let command = wrapper + ["python3", "\(Build.root)/Tests/Shells/Drivers/drive.py"]
        let run = try await Run.program(
            command[0], Array(command.dropFirst()), input: input, directory: directory)
        try #require(run.status == 0, "the shell could not be driven: \(run.err)")
        return try JSONDecoder().decode([Outcome].self, from: Data(run.out.utf8))
    }
}

/// Checks an outcome against its case.
func expect(_ outcome: Terminal.Outcome, of tab: TabCase) {
    #expect(outcome.line == tab.expected, "\(outcome.screen)")
    #expect(outcome.missing == "", "not shown:\n\(outcome.screen)")
    var rest = outcome.screen[...]
    for text in tab.shows {
        guard let found = rest.range(of: text) else {
            Issue.record("\(text) is not shown, or not in this order:\n\(outcome.screen)")
            return
        }
        rest = rest[found.upperBound...]
    }
    for text in tab.hides { #expect(!outcome.screen.contains(text), "\(outcome.screen)") }
}

extension Terminal {
    /// The same shell, which reads these lines, too.
    func with(_ lines: String...) -> Terminal { Terminal(shell: shell, setup: setup + lines) }

    private static let completions = "\(Build.root)/completions"

    /// bash without its start-up files.
    ///
    /// - Parameters:
    ///   - breaks: the characters at which bash breaks words.
    ///   - load: the line that loads the script.
    static func bash(
        breaks: String? = nil, load: String = ". '\(completions)/enclavia.bash'"
    ) -> Terminal {
        Terminal(
            shell: ["bash", "--norc", "--noprofile", "-i"],
            setup: [
                "PS1='> '", load, breaks.map { "COMP_WORDBREAKS=$' \\t\\n'\(quoted($0))" } ?? ":",
                "breaks=$COMP_WORDBREAKS",
                "bind 'set show-all-if-ambiguous on'; bind 'set completion-query-items 0'",
                "bind 'set page-completions off'; bind 'set enable-bracketed-paste off'",
                #"dump() { printf '%s\0' "$READLINE_LINE" >"$DRIVE_FIFO"; }"#,
                #"clear_line() { READLINE_LINE= READLINE_POINT=0; }"#,
                #"bind -x '"\C-xd": dump'; bind -x '"\C-xk": clear_line'"#,
            ])
    }

    /// Loads the script when it is needed, as the bash-completion package does.
    static let bashPackage = ". /usr/share/bash-completion/bash_completion"

    /// zsh without its start-up files.
    ///
    /// - Parameter load: the line that loads the script.
    static func zsh(
        load: String = "fpath=('\(completions)' $fpath); autoload -Uz compinit; compinit -D -u"
    ) -> Terminal {
        Terminal(
            shell: ["zsh", "-f", "-i"],
            setup: [
                "PS1='> '", load,
                #"dump() { printf '%s\0' "$BUFFER" >"$DRIVE_FIFO" }; zle -N dump"#,
                #"clear_line() { BUFFER= }; zle -N clear_line; bindkey -e"#,
                #"bindkey '^Xd' dump; bindkey '^Xk' clear_line; bindkey '^I' complete-word"#,
                "setopt no_auto_menu no_list_ambiguous no_beep; unsetopt prompt_cr prompt_sp",
                "LISTMAX=10000; zstyle ':completion:*:descriptions' format '== %d =='",
                "zstyle ':completion:*' group-name ''",
            ])
    }

    /// fish without its start-up files.
    ///
    /// - Parameter load: the line that loads the script.
    static func fish(
        load: String = "set -p fish_complete_path '\(completions)'"
    ) -> Terminal {
        Terminal(
            shell: ["fish", "--no-config", "-i"],
            setup: [
                "function fish_prompt; printf '> '; end; set fish_greeting",
                "set -g fish_autosuggestion_enabled 0", load,
                #"bind \cxd 'printf "%s\0" (commandline | string collect) >$DRIVE_FIFO'"#,
                #"bind \cxk 'commandline ""'"#,
            ])
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.replacing("'", with: #"'\''"#) + "'"
    }
}
