/// The scripts that ask a shell what completes `enclavia` in it. Each prints its answer between two marks, its first
/// argument, as `name=value` that begin and end with NUL, so that what a trap prints between them is apart. A newline
/// follows the second mark.
///
/// They use builtins alone, whatever functions and aliases the user's startup files define, and evaluate nothing of the
/// user's but what TAB itself would load.
enum ShellQuestion {
    static func text(for shell: CompletionShell) -> String {
        switch shell {
        case .bash: bash
        case .zsh: zsh
        case .fish: fish
        }
    }

    /// TAB on a command without completion calls the function of `complete -D`, which may load one and return 124
    /// (bash(1), "Programmable Completion").
    private static let bash = #"""
        \builtin trap - DEBUG RETURN ERR
        \builtin set +e +u +o posix
        \builtin shopt -u failglob nullglob
        IFS=$' \t\n'
        __enclavia_question() {
            \builtin local spec loader place mark=$1
            \builtin shift
            \builtin printf %s "$mark"
            if ! spec=$(\builtin complete -p enclavia 2>/dev/null); then
                loader=$(\builtin complete -p -D 2>/dev/null)
                if [[ $loader == *' -F '* ]]; then
                    loader=${loader#* -F }
                    loader=${loader%% *}
                    \builtin printf '\0loader=%s\0' "$loader"
                    COMP_WORDS=(enclavia '') COMP_CWORD=1 COMP_LINE='enclavia ' COMP_POINT=9
                    "$loader" enclavia '' enclavia >/dev/null 2>&1 </dev/null
                fi
                spec=$(\builtin complete -p enclavia 2>/dev/null)
            fi
            if [[ $spec == *' -F '* ]]; then
                spec=${spec#* -F }
                spec=${spec%% *}
                place=$(\builtin shopt -s extdebug; \builtin declare -F -- "$spec")
                place=${place#* }
                \builtin printf '\0source=%s\0' "${place#* }"
            fi
            \builtin printf '\0completer=%s\0' "$spec"
            if ! \builtin shopt -q progcomp; then
                \builtin printf '\0tab=progcomp\0'
            elif [[ $(\builtin bind -v 2>/dev/null) == *'set disable-completion on'* ]]; then
                \builtin printf '\0tab=disable-completion\0'
            fi
            \builtin printf '\0user=%s\0' "${BASH_COMPLETION_USER_DIR-}"
            \builtin printf '\0definitions=%s\0' "$(\builtin declare -f -- "$@")"
            \builtin printf '%s\n' "$mark"
        }
        __enclavia_question "$@"
        """#

    /// `compinit` fills `_comps`; `autoload +X` reads the function's file without running it (zshbuiltins(1)).
    private static let zsh = #"""
        \builtin trap - DEBUG ZERR
        \builtin emulate zsh
        () {
            \builtin emulate -L zsh
            \builtin local name mark=$1 completer=${_comps[enclavia]-}
            \builtin shift
            \builtin printf %s "$mark"
            if (( $+functions[compdef] )); then \builtin printf '\0loader=compdef\0'; fi
            if (( $+functions[compaudit] )); then \builtin printf '\0audit=compaudit\0'; fi
            \builtin printf '\0tab=%s\0' "$(\builtin bindkey '^I' 2>/dev/null)"
            \builtin printf '\0dump=%s\0' "${_comp_dumpfile-}"
            \builtin printf '\0startup=%s\0' "${ZDOTDIR-}"
            for name in "${(@)fpath}"; do \builtin printf '\0path=%s\0' "$name"; done
            if [[ -n $completer ]]; then
                \builtin autoload +X -Uz -- "$completer" 2>/dev/null
                # A function whose file is not there remains a stub.
                if [[ ${functions[$completer]-builtin autoload -X} != 'builtin autoload -X'* ]]; then
                    \builtin printf '\0completer=%s\0' "$completer"
                    \builtin printf '\0source=%s\0' "${functions_source[$completer]-}"
                fi
            fi
            \builtin printf '\0definitions='
            (
                # A script that is loaded by its name defines its functions when it first runs.
                if (( ${@[(Ie)$completer]} && ! $+functions[$1] )); then
                    words=(enclavia '') CURRENT=2 PREFIX='' SUFFIX=''
                    "$completer" >/dev/null 2>&1 </dev/null
                fi
                for name in "$@"; do \builtin printf '%s\n' "$name" "${functions[$name]-}"; done
            )
            \builtin printf '\0%s\n' "$mark"
        } "$@"
        """#

    /// TAB loads the first file of the command's name in `fish_complete_path`, whatever has been defined before
    /// (fish's documentation, "Where to put completions").
    private static let fish = #"""
        function __enclavia_question
            set -l mark $argv[1]
            set -e argv[1]
            builtin printf %s $mark
            builtin printf '\0path=%s\0' $fish_complete_path
            builtin printf '\0startup=%s\0' "$__fish_config_dir"
            for place in $fish_complete_path
                if not builtin string match -q '*/generated_completions' -- $place
                    and builtin test -f $place/enclavia.fish
                    builtin source $place/enclavia.fish >/dev/null 2>&1 </dev/null
                    break
                end
            end
            builtin printf '\0completer=%s\0' (builtin complete -c enclavia 2>/dev/null | builtin string collect)
            builtin printf '\0definitions='
            for name in $argv
                builtin functions $name 2>/dev/null | builtin string match -v '# Defined *'
            end
            builtin printf '\0%s\n' $mark
        end
        __enclavia_question $argv
        """#

    /// The command that has a shell without startup files read a completion script from standard input, and print
    /// its definitions as the question does.
    static func reference(for shell: CompletionShell) -> [String] {
        switch shell {
        case .bash:
            [
                "--norc", "--noprofile", "-c",
                #". /dev/stdin; printf %s "$(declare -f -- "$@")""#, "bash",
            ]
        case .zsh:
            [
                "-f", "-c",
                #"compdef() { : }; . /dev/stdin; for name; do printf '%s\n' "$name" "${functions[$name]-}"; done"#,
                "zsh",
            ]
        case .fish:
            [
                "--no-config", "-c",
                "source -; for name in $argv; functions $name | string match -v '# Defined *'; end",
            ]
        }
    }

    /// The names of the functions that a completion script defines, each at the beginning of a line.
    static func functions(of script: String) -> [String] {
        script.split(separator: "\n").compactMap { line in
            if line.hasPrefix("function ") {
                return line.dropFirst(9).split(separator: " ").first.map(String.init)
            }
            let name = line.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
            return !name.isEmpty && line.dropFirst(name.count).hasPrefix("()") ? String(name) : nil
        }
    }
}
