import EnclaviaCore
import EnclaviaSystem
import SystemPackage

/// Judges from a shell's answer what TAB uses after `enclavia` in it.
struct CompletionJudge {
    let shell: CompletionShell
    let answer: ShellAnswer
    let places: CompletionPlaces
    /// Whether functions, as the shell prints them, are those of this version's script.
    let isOwn: @Sendable (_ definitions: String) async -> Bool

    private enum Loaded {
        case nothing
        /// A function of the name that our script gives it, in this file.
        case file(String)
        /// The same, but read from a pipe.
        case piped
        case other(String)
    }

    func state() async -> InstalledCompletion.State {
        switch loaded {
        case .nothing: return unloaded
        case .other(let completer): return .other(completer: completer)
        case .file(let path): return isScript(path) ? .current(path: path) : .outdated(path: path)
        case .piped:
            let isOwn = await isOwn(answer.definitions ?? "")
            return isOwn ? .current(path: nil) : .outdated(path: nil)
        }
    }

    private var loaded: Loaded {
        if shell == .fish, let file = fishFile { return .file(file) }
        guard let completer = answer.completer, !Self.fallbacks.contains(completer) else {
            return .nothing
        }
        let isNamedAsOurs =
            shell == .fish ? completer.contains("(__enclavia_") : completer == "_enclavia"
        guard isNamedAsOurs else { return .other(completer) }
        guard let source = answer.source, source.hasPrefix("/"), Self.isRegular(source) else {
            return .piped
        }
        return .file(source)
    }

    /// The functions by which bash-completion completes file names for a command that it has no script for.
    private static let fallbacks: Set = ["_minimal", "_comp_complete_minimal"]

    /// fish loads the first file of its search path. Those that it has made from manual pages are replaced by any
    /// other.
    private var fishFile: String? {
        answer.searchPath.filter { !$0.hasSuffix("/generated_completions") }
            .map { "\($0)/\(shell.fileName)" }.first(where: Self.isRegular)
    }

    private static func isRegular(_ path: String) -> Bool {
        FilePath(native: path).followedStatus?.type == .regular
    }

    private func isScript(_ path: String) -> Bool {
        // A file that cannot be read is loaded by no shell.
        guard let file = try? BoundedFile(FilePath(native: path), limit: 1 << 20) else {
            return false
        }
        return file.bytes.elementsEqual(shell.script.utf8)
    }

    private var unloaded: InstalledCompletion.State {
        guard let path = places.all.first(where: isScript) else { return .missing }
        return .notLoaded(path: path, obstacle(to: path))
    }

    private func obstacle(to path: String) -> CompletionObstacle {
        let directory = FilePath(native: path).directoryName.native
        let isSearched = answer.searchPath.contains(directory)
        let word = MessageText.shellWord(directory)
        switch shell {
        case .bash:
            return obstacle(
                answer.loader == nil ? .noBashCompletion : .notSearched(directory: directory),
                MessageText.shellWord(path).map { ". \($0)" })
        case .zsh:
            let search = word.map { "fpath=(\($0) $fpath)" }
            if answer.loader == nil {
                let compinit = "autoload -Uz compinit && compinit"
                return obstacle(
                    .noCompinit, isSearched ? compinit : search.map { "\($0); \(compinit)" })
            }
            if isSearched { return obstacle(.staleDump(path: answer.dumpFile), nil) }
            // Before compinit, which finds the file, or after it.
            return obstacle(
                .notSearched(directory: directory),
                search.map {
                    "\($0); autoload -Uz _enclavia;"
                        + " (( ! $+functions[compdef] )) || compdef _enclavia enclavia"
                })
        case .fish:
            return obstacle(
                .notSearched(directory: directory), word.map { "set -a fish_complete_path \($0)" })
        }
    }

    private func obstacle(
        _ reason: CompletionObstacle.Reason, _ line: String?
    ) -> CompletionObstacle {
        CompletionObstacle(reason: reason, startupFile: places.startupFile, line: line)
    }
}
