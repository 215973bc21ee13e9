import TestSupport
import Testing

/// Startup files and completion scripts of one shell, and what `doctor` says of them.
struct CompletionSetting: Sendable, CustomTestStringConvertible {
    let shell: String
    let name: String
    let script: String
    var environment: [String: String] = [:]
    /// What the finding says, in which `~` is the home directory; of an "ok" too.
    let says: String
    /// A part of the fix.
    var fix = ""
    var isLoaded = false
    /// Whether the fix is a line for the startup file.
    var hasLine = false
    /// Whether TAB does what ``isLoaded`` says: not where the startup files disturb the script itself.
    var judgesTab = true

    var testDescription: String { "\(shell): \(name)" }
}

extension CompletionSetting {
    static let bashFile =
        "install -D $scripts/enclavia.bash .local/share/bash-completion/completions/enclavia\n"
    static let zshFile =
        "install -D $scripts/_enclavia .local/share/zsh/site-functions/_enclavia\n"
    static let fishFile =
        "install -D $scripts/enclavia.fish .config/fish/completions/enclavia.fish\n"
    static let package = "echo '. /usr/share/bash-completion/bash_completion' >>.bashrc\n"
    static let compinit = "echo 'autoload -Uz compinit; compinit' >>.zshrc\n"
    static let search =
        "echo 'fpath=(~/.local/share/zsh/site-functions $fpath)' >>.zshrc\n"

    /// Makes a script one of another version: its functions differ.
    static func age(_ path: String) -> String { "sed -i s/__complete/__completed/ \(path)" }

    static let all = usual + ofUsers + disturbed

    static let usual = [
        CompletionSetting(
            shell: "bash", name: "nothing", script: "",
            says: "bash, zsh and fish have no completion"),
        CompletionSetting(
            shell: "bash", name: "no package", script: bashFile,
            says: "do not load the bash-completion package", hasLine: true),
        CompletionSetting(
            shell: "bash", name: "the package", script: bashFile + package, says: "/enclavia",
            isLoaded: true),
        CompletionSetting(
            shell: "bash", name: "a directory that is not searched", script: bashFile + package,
            environment: ["BASH_COMPLETION_USER_DIR": "~/other", "XDG_DATA_DIRS": "/usr/share"],
            says: "it does not look in", hasLine: true),
        CompletionSetting(
            shell: "bash", name: "sourced",
            script: "echo 'source <(enclavia completion bash)' >.bashrc",
            says: "from a startup file",
            isLoaded: true),
        CompletionSetting(
            shell: "bash", name: "sourced, of another version",
            script: """
                cp $scripts/enclavia.bash old; \(age("old"))
                echo 'source <(cat ~/old)' >.bashrc
                """, says: "of another version, from a startup file"),
        CompletionSetting(
            shell: "bash", name: "an old script hides the new one",
            script: """
                \(bashFile)\(package)
                install -D $scripts/enclavia.bash data/bash-completion/completions/enclavia
                \(age(".local/share/bash-completion/completions/enclavia"))
                """, environment: ["XDG_DATA_DIRS": "~/data:/usr/share"],
            says: "of another version, from ~/.local/share/bash-completion/completions/enclavia",
            fix: "run `enclavia completion bash --install`"),
        CompletionSetting(
            shell: "bash", name: "a script of another program",
            script: """
                \(bashFile)\(package)
                echo 'complete -W "alpha beta" enclavia' >.local/share/bash-completion/completions/enclavia
                """, says: "alpha"),
        CompletionSetting(
            shell: "bash", name: "startup files that print and fail",
            script: """
                \(bashFile)
                echo 'echo hello; printf "completer=\\0"; exec 2>/dev/null; false; nosuch' >.bashrc
                \(package)echo 'return 1' >>.bashrc
                """, says: "/enclavia", isLoaded: true),
        CompletionSetting(
            shell: "zsh", name: "no compinit", script: zshFile, says: "do not run compinit",
            hasLine: true),
        CompletionSetting(
            shell: "zsh", name: "no compinit, in fpath", script: zshFile + search,
            says: "do not run compinit", hasLine: true),
        CompletionSetting(
            shell: "zsh", name: "not in fpath", script: zshFile + compinit,
            says: "it does not look in", hasLine: true),
        CompletionSetting(
            shell: "zsh", name: "in fpath", script: zshFile + search + compinit, says: "/_enclavia",
            isLoaded: true),
        CompletionSetting(
            shell: "zsh", name: "sourced",
            script: compinit + "echo 'source <(enclavia completion zsh)' >>.zshrc",
            says: "from a startup file", isLoaded: true),
        CompletionSetting(
            shell: "zsh", name: "an old script hides the new one",
            script: """
                \(zshFile)\(search)echo 'fpath=(~/old $fpath)' >>.zshrc
                \(compinit)install -D $scripts/_enclavia old/_enclavia; \(age("old/_enclavia"))
                """, says: "of another version, from ~/old/_enclavia",
            fix: "remove the completion script, or the line that loads it, from ~/old/_enclavia"),
        CompletionSetting(
            shell: "zsh", name: "a script of another program",
            script: compinit + "echo 'compdef _gnu_generic enclavia' >>.zshrc",
            says: "\"_gnu_generic\", which is not of this program"),
        CompletionSetting(
            shell: "zsh", name: "startup files that print and set options",
            script: """
                \(zshFile)\(search)\(compinit)
                echo 'echo hello; nosuch; setopt ksharrays shwordsplit' >>.zshrc
                """, says: "/_enclavia", isLoaded: true),
        CompletionSetting(
            shell: "fish", name: "the user's directory", script: fishFile,
            says: "/enclavia.fish", isLoaded: true),
        CompletionSetting(
            shell: "fish", name: "a directory that is not searched",
            script: """
                install -D $scripts/enclavia.fish data/fish/vendor_completions.d/enclavia.fish
                echo 'set fish_complete_path /usr/share/fish/completions' >.config/fish/config.fish
                """, environment: ["XDG_DATA_DIRS": "~/data:/usr/share"],
            says: "it does not look in", hasLine: true),
        CompletionSetting(
            shell: "fish", name: "sourced",
            script:
                "echo 'enclavia completion fish | source; echo hello' >.config/fish/config.fish",
            says: "from a startup file", isLoaded: true),
        CompletionSetting(
            shell: "fish", name: "an old script hides the sourced one",
            script: """
                \(fishFile)\(age(".config/fish/completions/enclavia.fish"))
                echo 'enclavia completion fish | source' >.config/fish/config.fish
                """, says: "of another version, from ~/.config/fish/completions/enclavia.fish",
            fix: "run `enclavia completion fish --install`"),
    ]
}
