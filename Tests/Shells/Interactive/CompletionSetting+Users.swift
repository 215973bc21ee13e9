/// What users have in files of their own, and what disturbs the question to a shell.
extension CompletionSetting {
    /// Appends the line with which a startup file loads the script.
    private static func evaluated(_ shell: String, in file: String) -> String {
        let line =
            shell == "fish"
            ? "enclavia completion fish | source" : "eval \"$(enclavia completion \(shell))\""
        return "mkdir -p $(dirname \(file)); echo '\(line)' >>\(file)\n"
    }

    private static let oldEvaluated =
        "cp $scripts/enclavia.bash old; \(age("old"))\n"
        + #"echo 'export PRECIOUS=1; eval "$(cat ~/old)"' >.bashrc"#

    static let ofUsers = [
        CompletionSetting(
            shell: "bash", name: "evaluated in a startup file",
            script: "echo 'export PRECIOUS=1' >.bashrc\n" + evaluated("bash", in: ".bashrc"),
            says: "this version's completion script, from ~/.bashrc", isLoaded: true),
        CompletionSetting(
            shell: "bash", name: "pasted into a startup file",
            script: "cat $scripts/enclavia.bash >.bashrc; echo 'export PRECIOUS=1' >>.bashrc",
            says: "this version's completion script, from ~/.bashrc", isLoaded: true),
        CompletionSetting(
            shell: "bash", name: "a file of the user's with more in it",
            script: "(cat $scripts/enclavia.bash; echo PRECIOUS=1) >mine; echo '. ~/mine' >.bashrc",
            says: "this version's completion script, from ~/mine", isLoaded: true),
        CompletionSetting(
            shell: "bash", name: "evaluated at TAB",
            script: package
                + evaluated("bash", in: ".local/share/bash-completion/completions/enclavia"),
            says: "this version's completion script, from ~/.local/share", isLoaded: true),
        CompletionSetting(
            shell: "bash", name: "another version's, evaluated in a startup file",
            script: oldEvaluated, says: "of another version, from ~/.bashrc",
            fix: "or the line that loads it, from ~/.bashrc"),
        CompletionSetting(
            shell: "bash", name: "another version's, pasted at the top of a startup file",
            script: "cp $scripts/enclavia.bash .bashrc; \(age(".bashrc"))",
            says: "of another version, from ~/.bashrc",
            fix: "or the line that loads it, from ~/.bashrc"),
        CompletionSetting(
            shell: "zsh", name: "evaluated in a startup file",
            script: compinit + evaluated("zsh", in: ".zshrc"),
            says: "this version's completion script, from ~/.zshrc", isLoaded: true),
        CompletionSetting(
            shell: "zsh", name: "pasted into a startup file",
            script: compinit + "cat $scripts/_enclavia >>.zshrc",
            says: "this version's completion script, from ~/.zshrc", isLoaded: true),
        CompletionSetting(
            shell: "zsh", name: "evaluated at TAB",
            script: """
                \(search)\(compinit)mkdir -p .local/share/zsh/site-functions
                cd .local/share/zsh/site-functions; echo '#compdef enclavia' >_enclavia
                \(evaluated("zsh", in: "_enclavia"))echo '_enclavia "$@"' >>_enclavia
                """, says: "this version's completion script, from ~/.local/share", isLoaded: true),
        CompletionSetting(
            shell: "fish", name: "evaluated at TAB",
            script: evaluated("fish", in: ".config/fish/completions/enclavia.fish"),
            says: "this version's completion script, from ~/.config/fish/completions",
            isLoaded: true),
        CompletionSetting(
            shell: "fish", name: "a file of another program",
            script: """
                mkdir .config/fish/completions
                echo 'complete -c enclavia -a x' >.config/fish/completions/enclavia.fish
                """, says: "enclavia -a x\", which is not of this program"),
        CompletionSetting(
            shell: "fish", name: "two rules of another program",
            script: "printf 'complete -c enclavia -a %s\\n' x y >.config/fish/config.fish",
            says: "…\", which is not of this program"),
    ]

    static let disturbed = [
        CompletionSetting(
            shell: "bash", name: "a trap of each command",
            script: evaluated("bash", in: ".bashrc")
                + "echo 'set -o functrace; trap \"echo D\" DEBUG' >>.bashrc",
            says: "this version's", isLoaded: true, judgesTab: false),
        CompletionSetting(
            shell: "bash", name: "options and IFS",
            script: bashFile + package + "echo 'shopt -s failglob nullglob; IFS=e' >>.bashrc",
            says: "/enclavia", isLoaded: true, judgesTab: false),
        CompletionSetting(
            shell: "bash", name: "no output", script: "echo 'exec >/dev/null' >.bashrc",
            says: "it gave no answer, and ended with exit status 0", fix: "bash -i"),
        CompletionSetting(
            shell: "bash", name: "output that is closed a while before the end",
            script: "echo 'exec >/dev/null; sleep 1; exit 3' >.bashrc",
            says: "it gave no answer, and ended with exit status 3", fix: "bash -i"),
        CompletionSetting(
            shell: "bash", name: "a startup file that asks for a terminal",
            script: bashFile + "echo '[[ -t 1 ]] || return' >.bashrc\n" + package,
            says: "without a terminal, its startup files do not load", hasLine: true,
            judgesTab: false),
        CompletionSetting(
            shell: "bash", name: "no programmable completion",
            script: evaluated("bash", in: ".bashrc") + "echo 'shopt -u progcomp' >>.bashrc",
            says: "turn progcomp off", fix: "remove `shopt -u progcomp`"),
        CompletionSetting(
            shell: "bash", name: "a readline that completes nothing",
            script: evaluated("bash", in: ".bashrc")
                + "echo 'set disable-completion on' >.inputrc",
            says: "disable-completion is on", fix: "~/.inputrc"),
        CompletionSetting(
            shell: "zsh", name: "a trap of each command",
            script: zshFile + search + compinit
                + "echo 'trap \"print -n x\" DEBUG' >>.zshrc",
            says: "/_enclavia", isLoaded: true, judgesTab: false),
        CompletionSetting(
            shell: "zsh", name: "a startup file that asks for a terminal",
            script: zshFile + search + "echo '[[ -t 1 ]] || return' >>.zshrc\n" + compinit,
            says: "without a terminal, its startup files do not run compinit", hasLine: true,
            judgesTab: false),
        CompletionSetting(
            shell: "zsh", name: "a directory that others can write to",
            script: zshFile + search
                + "mkdir -m 777 open; echo 'fpath=(~/open $fpath)' >>.zshrc\n" + compinit,
            says: "compinit stops", fix: "compaudit"),
        CompletionSetting(
            shell: "zsh", name: "no key that completes",
            script: zshFile + search + compinit + "echo 'bindkey -r \"^I\"' >>.zshrc",
            says: "TAB is not bound", fix: "bindkey '^I' expand-or-complete"),
    ]
}
