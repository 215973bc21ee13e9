import EnclaviaCore

/// What a shell loads, in words: of `doctor`, and of `completion --install`.
enum CompletionMessages {
    /// A script of another version that a shell loads.
    struct Outdated {
        let shell: String
        let path: String
        let isReplaceable: Bool
    }

    /// The finding on one shell.
    static func finding(_ completion: InstalledCompletion) -> DoctorFinding {
        let shell = completion.shell
        switch completion.state {
        case .current(let path?):
            return .ok("\(shell) uses the completion script \(path.printable)")
        case .current(nil):
            return .ok("\(shell) uses this version's completion script, from a startup file")
        case .indirect(let path):
            return .ok("\(shell) uses this version's completion script, from \(path.printable)")
        case .switchedOff(let obstacle):
            return .warning("\(shell) \(sentence(obstacle))", fix: fix(obstacle))
        case .outdated(let path?, let isReplaceable):
            return finding(
                outdated: [Outdated(shell: shell, path: path, isReplaceable: isReplaceable)])
        case .outdated(nil, _):
            return .warning(
                "\(shell) uses the completion script of another version, from a startup file",
                fix: "let the startup file run `enclavia completion \(shell)` of this version,"
                    + " or remove the line from it")
        case .other(let completer):
            return .warning(
                "\(shell) completes enclavia by \(firstLine(completer).quoted),"
                    + " which is not of this program",
                fix:
                    "remove what sets it, in a startup file or a completion directory of \(shell), then run"
                    + " `enclavia doctor`")
        case .notLoaded(let path, let obstacle):
            return .warning(
                "\(shell) does not load the completion script \(path.printable):"
                    + " \(sentence(obstacle.reason))",
                fix: fix(obstacle, shell))
        case .missing: return finding(missing: [shell])
        case .unknown(.nested): return finding(nested: [shell])
        case .unknown(let silence):
            return .warning(
                "\(shell) did not say which completion it loads: \(sentence(silence))",
                fix: fix(silence, shell))
        }
    }

    static func finding(missing shells: [String]) -> DoctorFinding {
        let isOne = shells.count == 1
        return .warning(
            "\(MessageText.list(shells, "and")) \(isOne ? "has" : "have") no completion for enclavia",
            fix: "run \(installs(shells)), or install the package")
    }

    static func finding(nested shells: [String]) -> DoctorFinding {
        .warning(
            "\(MessageText.list(shells, "and")) \(shells.count == 1 ? "was" : "were") not asked for the"
                + " completion: \(ShellProbe.mark) is set, as in a shell that doctor starts",
            fix: "run `unset \(ShellProbe.mark)`, unless this is a startup file")
    }

    /// A file that is not a script of this program, such as a startup file, is never to be replaced or removed.
    static func finding(outdated scripts: [Outdated]) -> DoctorFinding {
        let shells = scripts.filter(\.isReplaceable).map(\.shell)
        let files = scripts.filter { !$0.isReplaceable }.map(\.path.printable)
        var fixes: [String] = []
        if !shells.isEmpty { fixes.append("run \(installs(shells))") }
        if !files.isEmpty {
            fixes.append(
                "remove the completion script, or the line that loads it, from"
                    + " \(MessageText.list(files, "and")), then run `enclavia doctor`")
        }
        let fix = fixes.joined(separator: "; ")
        if let only = scripts.first, scripts.count == 1 {
            return .warning(
                "\(only.shell) uses the completion script of another version,"
                    + " from \(only.path.printable)",
                fix: fix)
        }
        let uses = scripts.map { "\($0.shell) from \($0.path.printable)" }
        return .warning(
            "\(scripts.count) shells use the completion script of another version:"
                + " \(MessageText.list(uses, "and"))",
            fix: fix)
    }

    private static func installs(_ shells: [String]) -> String {
        MessageText.list(shells.map { "`enclavia completion \($0) --install`" }, "and")
    }

    /// fish prints each rule on a line.
    private static func firstLine(_ completer: String) -> String {
        let lines = completer.split(separator: "\n")
        return (lines.first.map(String.init) ?? "") + (lines.count > 1 ? "…" : "")
    }

    private static func sentence(_ obstacle: TabObstacle) -> String {
        switch obstacle {
        case .progcomp: "completes no command's words: its startup files turn progcomp off"
        case .disableCompletion: "completes nothing: readline's disable-completion is on"
        case .noBinding: "completes nothing: TAB is not bound to completion"
        }
    }

    private static func fix(_ obstacle: TabObstacle) -> String {
        switch obstacle {
        case .progcomp: "remove `shopt -u progcomp` from the startup files of bash"
        case .disableCompletion: "remove `set disable-completion on` from ~/.inputrc"
        case .noBinding: "let ~/.zshrc run `bindkey '^I' expand-or-complete`"
        }
    }

    /// What startup files do after a test for a terminal, or in a hook of the prompt, is not known.
    private static func sentence(_ reason: CompletionObstacle.Reason) -> String {
        switch reason {
        case .noBashCompletion:
            "without a terminal, its startup files do not load the bash-completion package,"
                + " which would load it"
        case .noCompinit: "without a terminal, its startup files do not run compinit"
        case .insecureDirectory:
            "compinit stops, because other users can write to a directory in fpath"
        case .notSearched(let directory): "it does not look in \(directory.printable)"
        case .staleDump: "compinit does not know the file, although its directory is in fpath"
        }
    }

    private static func fix(_ obstacle: CompletionObstacle, _ shell: String) -> String {
        if case .staleDump(let path) = obstacle.reason {
            let file = path.flatMap { MessageText.shellWord($0) } ?? "~/.zcompdump"
            return
                "rm -f \(file), then start a new zsh; if that does not help, run compaudit in it,"
                + " which lists directories that compinit ignores"
        }
        if case .insecureDirectory = obstacle.reason {
            return "run compaudit in zsh, which lists these directories, and `chmod go-w` for each"
        }
        let startupFile = obstacle.startupFile.printable
        guard let line = obstacle.line else {
            return "let \(startupFile) load the output of `enclavia completion \(shell)`"
        }
        return "add this line to \(startupFile): \(line)"
    }

    private static func sentence(_ silence: ShellSilence) -> String {
        switch silence {
        case .timeout(let limit):
            "its startup files took longer than"
                + " \(MessageText.time(milliseconds: limit.milliseconds))"
        case .ended(let status): "it gave no answer, and ended with exit status \(status)"
        case .noHome(let path): "the home directory \(path.printable) does not exist"
        case .foreignHome(let path):
            "root does not run the startup files in \(path.printable), which is another user's"
        case .nested: "\(ShellProbe.mark) is set"
        case .cancelled: "cancelled"
        case .unusable(let reason): reason.printable
        }
    }

    private static func fix(_ silence: ShellSilence, _ shell: String) -> String {
        switch silence {
        case .timeout, .ended, .nested, .cancelled:
            "run `\(shell) -i </dev/null` to see what its startup files do"
        case .noHome: "create it, or set HOME"
        case .foreignHome: "run `enclavia doctor` as that user"
        case .unusable: "install \(shell), or remove the file from PATH"
        }
    }
}
