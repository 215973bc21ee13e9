import TestSupport
import Testing

/// A shell with the lines of enclavia-completion(1) that add `status --short` to its prompt.
enum PromptShell: String, CaseIterable, Sendable {
    case bash, zsh, fish

    /// Interactive, with the lines of the manual in its startup file in `home`.
    var command: [String] { self == .fish ? ["fish", "-i"] : [rawValue, "-i"] }

    private var file: String {
        switch self {
        case .bash: ".bashrc"
        case .zsh: ".zshrc"
        case .fish: ".config/fish/functions/fish_right_prompt.fish"
        }
    }

    /// What ``Terminal`` needs, a prompt that shows the status of the last command, and a handler of commands that are
    /// not found, whose output must not be taken for counts.
    var setup: [String] {
        switch self {
        case .bash:
            [
                #"dump() { printf '%s\0' "$READLINE_LINE" >"$DRIVE_FIFO"; }"#,
                "clear_line() { READLINE_LINE= READLINE_POINT=0; }",
                #"bind -x '"\C-xd": dump'; bind -x '"\C-xk": clear_line'"#,
                "command_not_found_handle() { echo handler of $1; return 127; }",
            ]
        case .zsh:
            [
                #"dump() { printf '%s\0' "$BUFFER" >"$DRIVE_FIFO" }; zle -N dump"#,
                "clear_line() { BUFFER= }; zle -N clear_line; bindkey -e",
                "bindkey '^Xd' dump; bindkey '^Xk' clear_line; unsetopt prompt_cr prompt_sp",
                "command_not_found_handler() { echo handler of $1; return 127 }",
            ]
        case .fish:
            [
                "function fish_prompt; printf '[%s]> ' $status; end; set fish_greeting",
                #"bind \cxd 'printf "%s\0" (commandline | string collect) >$DRIVE_FIFO'"#,
                #"bind \cxk 'commandline ""'"#,
                "function fish_command_not_found; echo handler of $argv[1]; end",
            ]
        }
    }

    /// The startup file's beginning.
    private var before: String {
        switch self {
        case .bash: "PS1='[$?]> '\n"
        case .zsh: "PROMPT='[%?]> '\n"
        case .fish: ""
        }
    }

    var lines: String { get throws { try Self.lines(rawValue) } }

    /// The lines for a shell or a program, as the manual has them.
    static func lines(_ name: String) throws -> String {
        let page = try #require(ManualPage.named("enclavia-completion.1")?.part("Prompt"))
        let item = try #require(page.text.split(separator: ".It \(name)\n").dropFirst().first)
        let display = try #require(
            item.split(separator: ".Bd -literal\n").dropFirst().first?.split(separator: ".Ed")
                .first)
        return String(display).replacing(#"\e"#, with: #"\"#)
    }

    /// A home directory with the startup file, and an `enclavia` that counts its calls.
    ///
    /// - Parameter hasLines: whether the startup file has the lines of the manual.
    func home(hasLines: Bool = true) throws -> Folder {
        let home = try Folder()
        try home.write(hasLines ? before + lines : before, to: file)
        try home.write(
            """
            #!/bin/sh
            echo "$*" >>'\(home.path)/calls'
            exec '\(Build.product("enclavia"))' "$@"
            """, to: "bin/enclavia", mode: 0o755)
        return home
    }

    static func environment(_ home: Folder, _ history: SampleHistory) -> [String: String] {
        [
            "HOME": home.path, "ZDOTDIR": home.path, "PATH": "\(home.path)/bin:/usr/bin:/bin",
            "ENCLAVIA_STATE_DIR": history.stateDirectory, "LC_ALL": "C.UTF-8",
            "XDG_CONFIG_HOME": "\(home.path)/.config",
            "XDG_DATA_HOME": "\(home.path)/.local/share",
        ]
    }
}
