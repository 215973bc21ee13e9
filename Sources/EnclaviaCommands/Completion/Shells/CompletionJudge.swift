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
        let state = await loadedState()
        switch state {
        case .current, .indirect:
            return answer.tabObstacle.map(InstalledCompletion.State.switchedOff) ?? state
        default: return state
        }
    }

    private func loadedState() async -> InstalledCompletion.State {
        switch loaded {
        case .nothing: return unloaded
        case .other(let completer): return .other(completer: completer)
        case .piped: return await isLoadedOwn() ? .current(path: nil) : .outdated(path: nil)
        case .file(let path):
            // The file may be one that loads the script, as a startup file does, or that has more in it.
            let file = CompletionFile(FilePath(native: path))
            if file?.isCurrent(shell) == true { return .current(path: path) }
            if await isLoadedOwn() { return .indirect(path: path) }
            return .outdated(path: path, isReplaceable: isReplaceable(file, path))
        }
    }

    private func isLoadedOwn() async -> Bool { await isOwn(answer.definitions ?? "") }

    private var loaded: Loaded {
        let isOurs = answer.completer.map { isNamedAsOurs($0) } ?? false
        if shell == .fish, let file = fishFile {
            return isOurs ? .file(file) : .other(answer.completer ?? file)
        }
        guard let completer = answer.completer, !Self.fallbacks.contains(completer) else {
            return .nothing
        }
        guard isOurs else { return .other(completer) }
        guard let source = answer.source, source.hasPrefix("/"), Self.isRegular(source) else {
            return .piped
        }
        return .file(source)
    }

    /// Whether the script of some version gives its function this name, or, in fish, has this rule.
    private func isNamedAsOurs(_ completer: String) -> Bool {
        let functions = ShellQuestion.functions(of: shell.script)
        guard shell == .fish else { return (functions + ["_enclavia"]).contains(completer) }
        return (functions + ["__enclavia_"]).contains { completer.contains("(\($0)") }
    }

    /// Whether `completion --install` puts this version's script in the place of an outdated one, or where the shell
    /// looks before that. A file that is not a script of this program is the user's, and is not replaced.
    private func isReplaceable(_ file: CompletionFile?, _ path: String) -> Bool {
        guard file?.isOfThisProgram == true, places.isOwnReplaceable else { return false }
        let own = places.own
        if path == own { return true }
        // bash-completion looks in the user's own directory first.
        if shell == .bash { return answer.loader != nil && places.all.contains(path) }
        let directory = { (path: String) in
            answer.searchPath.firstIndex(of: FilePath(native: path).directoryName.native)
        }
        guard let first = directory(own), let second = directory(path) else { return false }
        return first < second
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
        CompletionFile(FilePath(native: path))?.isCurrent(shell) == true
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
                if answer.isCompinitAborted { return obstacle(.insecureDirectory, nil) }
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
