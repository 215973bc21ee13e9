import EnclaviaCompletion
import EnclaviaCore
import EnclaviaSystem
import SystemPackage

/// The files that a shell's completion script may be in, whether or not the shell looks there.
struct CompletionPlaces {
    private let shell: CompletionShell
    private let settings: Settings
    private let answer: ShellAnswer?

    /// - Parameter answer: of the shell; `nil` where it is not known.
    init(_ shell: CompletionShell, _ settings: Settings, _ answer: ShellAnswer?) {
        self.shell = shell
        self.settings = settings
        self.answer = answer
    }

    /// The name of the script where it is installed.
    private var name: String { shell == .bash ? "enclavia" : shell.fileName }

    /// Where `completion --install` and `make install` put the script, the user's own place first.
    var all: [String] {
        let directories = [userDirectory] + sharedDirectories
        var seen: Set<String> = []
        return directories.map { "\($0)/\(name)" }.filter { seen.insert($0).inserted }
    }

    /// Where `completion --install` puts the script: a directory of the user's own in which the shell looks, or else
    /// the default one.
    var own: String { "\(userDirectory)/\(name)" }

    /// Whether ``own`` is free, or has a script of this program.
    var isOwnReplaceable: Bool {
        let path = FilePath(native: own)
        guard let status = path.status else { return own.hasPrefix("/") }
        return status.type == .regular && CompletionFile(path)?.isOfThisProgram == true
    }

    /// Sources: bash-completion's README, "Where should I install my own local completions?"; fish's documentation,
    /// "Where to put completions". zsh has no directory of the user's own by default.
    private var userDirectory: String {
        switch shell {
        case .bash:
            // bash-completion 2.12 takes a list.
            let own = (answer?.userDirectory ?? settings.value("BASH_COMPLETION_USER_DIR"))?
                .split(separator: ":").first { $0.hasPrefix("/") }
            return "\(own.map(String.init) ?? "\(dataHome)/bash-completion")/completions"
        case .zsh:
            let standard = "\(dataHome)/zsh/site-functions"
            let path = answer?.searchPath ?? []
            if path.contains(standard) { return standard }
            return path.first(where: isOwnFunctionDirectory) ?? standard
        case .fish: return "\(fishConfiguration)/completions"
        }
    }

    /// A directory that people have for completions of their own. Those of plugin managers are not used: what they do
    /// not know is deleted with the plugin, or keeps them from updating it.
    private func isOwnFunctionDirectory(_ directory: String) -> Bool {
        let home = settings.home.hasSuffix("/") ? settings.home : settings.home + "/"
        guard directory.hasPrefix(home), !directory.contains("/plugins/") else { return false }
        let last = directory.split(separator: "/").last.map(String.init) ?? ""
        return ["site-functions", "completions", ".zfunc", ".zfunctions"].contains(last)
    }

    private var sharedDirectories: [String] {
        let prefix = CompanionProgram.ownPath.map { path in
            "/" + path.split(separator: "/").dropLast(2).joined(separator: "/") + "/share"
        }
        let shares =
            [dataHome] + (prefix.map { [$0] } ?? []) + dataDirectories
            + ["/usr/local/share", "/usr/share"]
        return switch shell {
        case .bash: shares.map { "\($0)/bash-completion/completions" }
        case .zsh:
            shares.flatMap { ["\($0)/zsh/site-functions", "\($0)/zsh/vendor-completions"] }
        case .fish: ["/etc/fish/completions"] + shares.map { "\($0)/fish/vendor_completions.d" }
        }
    }

    /// The startup file to which a line is to be added.
    var startupFile: String {
        switch shell {
        case .bash: "~/.bashrc"
        case .zsh: answer?.startupDirectory.map { "\($0)/.zshrc" } ?? "~/.zshrc"
        case .fish: "\(fishConfiguration)/config.fish"
        }
    }

    private var fishConfiguration: String {
        answer?.startupDirectory
            ?? "\(settings.directory("XDG_CONFIG_HOME") ?? settings.inHome(".config"))/fish"
    }

    private var dataHome: String {
        settings.directory("XDG_DATA_HOME") ?? settings.inHome(".local/share")
    }

    private var dataDirectories: [String] {
        (settings.value("XDG_DATA_DIRS") ?? "")
            .split(separator: ":").filter { $0.hasPrefix("/") }.map(String.init)
    }
}
