import CVersion
import EnclaviaCompletion
import EnclaviaCore
import Glibc

/// Asks each shell what completes `enclavia` in it, and looks for the program that answers TAB.
struct CompletionSurvey: CompletionProbe {
    private let settings: Settings
    private let shells: [CompletionShell]

    init(_ settings: Settings, _ shells: [CompletionShell]) {
        self.settings = settings
        self.shells = shells
    }

    func installed() async -> [InstalledCompletion] {
        await withTaskGroup(of: (Int, InstalledCompletion?).self) { group in
            for (index, shell) in shells.enumerated() {
                group.addTask { (index, await completion(of: shell)) }
            }
            var found: [(Int, InstalledCompletion?)] = []
            for await one in group { found.append(one) }
            return found.sorted { $0.0 < $1.0 }.compactMap(\.1)
        }
    }

    /// `nil` where the shell is not installed.
    func completion(of shell: CompletionShell) async -> InstalledCompletion? {
        guard let probe = ShellProbe(shell, settings) else { return nil }
        do throws(ShellSilence) {
            let answer = try await probe.answer()
            let judge = CompletionJudge(
                shell: shell, answer: answer,
                places: CompletionPlaces(shell, settings, answer), isOwn: probe.isOwn)
            return InstalledCompletion(shell: shell.rawValue, state: await judge.state())
        } catch {
            return InstalledCompletion(shell: shell.rawValue, state: .unknown(error))
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
}
