import CVersion
import EnclaviaCompletion
import EnclaviaCore
import EnclaviaSystem
import Glibc
import SystemPackage

/// Looks for completion scripts where each shell loads them from, in the shell's own order.
struct CompletionSurvey: CompletionProbe {
    private let settings: Settings
    private let shells: [CompletionShell]

    init(_ settings: Settings, _ shells: [CompletionShell]) {
        self.settings = settings
        self.shells = shells
    }

    func installed() -> [InstalledCompletion] {
        shells.filter { isInstalled($0.rawValue) }.map { shell in
            InstalledCompletion(shell: shell.rawValue, state: state(of: shell))
        }
    }

    func fastProgram() -> FastProgram? {
        guard let own = CompanionProgram.ownPath else { return nil }
        let places = CompanionProgram.fastPrograms(of: own)
        guard let path = places.first(where: { access($0.native, X_OK) == 0 }) else {
            return places.last.map { FastProgram(path: $0, state: .missing) }
        }
        let version = CompanionProgram.version(of: path)
        return FastProgram(
            path: path, state: version == ENCLAVIA_VERSION ? .current : .foreign(version: version))
    }

    /// The first file is the one that the shell loads.
    private func state(of shell: CompletionShell) -> InstalledCompletion.State {
        for path in places(of: shell) {
            // The shell skips a file that cannot be read, too.
            guard let file = try? BoundedFile(FilePath(native: path), limit: 1 << 20) else {
                continue
            }
            return file.bytes.elementsEqual(shell.script.utf8)
                ? .current(path: path) : .outdated(path: path)
        }
        return .missing
    }

    private func isInstalled(_ name: String) -> Bool {
        (settings.value("PATH") ?? "").split(separator: ":").contains { directory in
            directory.hasPrefix("/") && access("\(directory)/\(name)".native, X_OK) == 0
        }
    }

    /// Sources: bash-completion's README, "Where should I install my own local completions?"; zsh's default
    /// `fpath`, in Debian and upstream; fish's documentation, "Where to put completions".
    private func places(of shell: CompletionShell) -> [String] {
        switch shell {
        case .bash:
            let directory = settings.value("BASH_COMPLETION_USER_DIR")
            return
                ([directory ?? "\(dataHome)/bash-completion"]
                + dataDirectories.map { "\($0)/bash-completion" })
                .map { "\($0)/completions/enclavia" }
        case .zsh:
            let own = (settings.value("FPATH") ?? "").split(separator: ":").map(String.init)
            return
                (own
                + dataDirectories.flatMap {
                    ["\($0)/zsh/site-functions", "\($0)/zsh/vendor-completions"]
                })
                .map { "\($0)/_enclavia" }
        case .fish:
            let vendors = ([dataHome] + dataDirectories).map { "\($0)/fish/vendor_completions.d" }
            return (["\(configHome)/fish/completions", "/etc/fish/completions"] + vendors)
                .map { "\($0)/enclavia.fish" }
        }
    }

    private var dataHome: String {
        settings.directory("XDG_DATA_HOME") ?? settings.inHome(".local/share")
    }

    private var configHome: String {
        settings.directory("XDG_CONFIG_HOME") ?? settings.inHome(".config")
    }

    private var dataDirectories: [String] {
        (settings.value("XDG_DATA_DIRS") ?? "/usr/local/share:/usr/share")
            .split(separator: ":").filter { $0.hasPrefix("/") }.map(String.init)
    }
}
