import EnclaviaCore

extension DoctorCheck {
    /// The package installs the scripts of all shells, so all missing ones are one finding, and so are all
    /// outdated ones.
    static let completion = DoctorCheck(
        "completion",
        "Whether a new interactive shell of each kind that is installed loads this version's completion script."
    ) { machine in
        var (findings, missing): ([DoctorFinding], [String]) = ([], [])
        var outdated: [(shell: String, path: String)] = []
        for completion in machine.completions {
            switch completion.state {
            case .missing: missing.append(completion.shell)
            case .outdated(let path?): outdated.append((completion.shell, path))
            default: findings.append(CompletionMessages.finding(completion))
            }
        }
        if !outdated.isEmpty { findings.append(CompletionMessages.finding(outdated: outdated)) }
        if !missing.isEmpty { findings.append(CompletionMessages.finding(missing: missing)) }
        return findings
    }
}

/// What a shell loads, in words: of `doctor`, and of `completion --install`.
enum CompletionMessages {
    /// The finding on one shell.
    static func finding(_ completion: InstalledCompletion) -> DoctorFinding {
        let shell = completion.shell
        switch completion.state {
        case .current(let path?):
            return .ok("\(shell) uses the completion script \(path.printable)")
        case .current(nil):
            return .ok("\(shell) uses this version's completion script, from a startup file")
        case .outdated(let path?): return finding(outdated: [(shell, path)])
        case .outdated(nil):
            return .warning(
                "\(shell) uses a completion script from a startup file, which is from another version",
                fix: "let the startup file run `enclavia completion \(shell)` of this version,"
                    + " or remove the line from it")
        case .other(let completer):
            return .warning(
                "\(shell) completes enclavia by \(completer.quoted), which is not of this program",
                fix:
                    "remove what sets it, in a startup file or a completion directory of \(shell), then run"
                    + " `enclavia doctor`")
        case .notLoaded(let path, let obstacle):
            return .warning(
                "\(shell) does not load the completion script \(path.printable):"
                    + " \(sentence(obstacle.reason, shell))",
                fix: fix(obstacle, shell))
        case .missing: return finding(missing: [shell])
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
            fix: "run "
                + MessageText.list(
                    shells.map { "`enclavia completion \($0) --install`" }, "and")
                + ", or install the package")
    }

    static func finding(outdated scripts: [(shell: String, path: String)]) -> DoctorFinding {
        let places = scripts.map {
            "\($0.shell) uses the completion script \($0.path.printable)"
        }
        let commands = scripts.map { shell, path in
            "enclavia completion \(shell) > \(MessageText.shellWord(path) ?? "FILE")"
        }
        return .warning(
            "\(MessageText.list(places, "and")), which is from another version",
            fix: commands.joined(separator: " && "))
    }

    private static func sentence(
        _ reason: CompletionObstacle.Reason, _ shell: String
    ) -> String {
        switch reason {
        case .noBashCompletion:
            "its startup files do not load the bash-completion package, which would load it"
        case .noCompinit: "its startup files do not run compinit"
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
        case .ended(let status): "it ended in its startup files, with exit status \(status)"
        case .noHome(let path): "the home directory \(path.printable) does not exist"
        case .foreignHome(let path):
            "root does not run the startup files in \(path.printable), which is another user's"
        case .unusable(let reason): reason.printable
        }
    }

    private static func fix(_ silence: ShellSilence, _ shell: String) -> String {
        switch silence {
        case .timeout, .ended: "run `\(shell) -i </dev/null` to see what its startup files do"
        case .noHome: "create it, or set HOME"
        case .foreignHome: "run `enclavia doctor` as that user"
        case .unusable: "install \(shell), or remove the file from PATH"
        }
    }
}
