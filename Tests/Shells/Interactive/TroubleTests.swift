import TestSupport
import Testing

/// What the user sees after TAB when something is wrong.
@Suite(.enabled(if: PseudoTerminal.isAvailable))
struct TroubleTests {
    enum Shell: String, CaseIterable, Sendable {
        case bash, zsh, fish

        var terminal: Terminal {
            switch self {
            case .bash: .bash()
            case .zsh: .zsh()
            case .fish: .fish()
            }
        }
    }

    /// Checks that the line and the screen are unchanged: no output is added, and nothing is overwritten.
    private func expectClean(_ outcome: Terminal.Outcome, _ tab: TabCase) {
        expect(outcome, of: tab)
        let texts = outcome.screen.split { $0.isNewline || $0 == "\u{7}" || $0 == "\u{8}" }
        for text in texts {
            #expect(
                "> \(tab.typed)".contains(text.trimmingSpaces) || text.contains(tab.typed),
                "\(outcome.screen)")
        }
    }

    @Test(
        arguments: Shell.allCases,
        ["missing", "corrupt in the middle", "a pipe that nobody writes"])
    func `a store that cannot be read leaves the screen clean`(
        _ shell: Shell, _ fault: String
    ) async throws {
        let line = try #require(BadStoreTests.faults.first { $0.name == fault }).line
        let tab = TabCase("enclavia push x my")
        let interactive = InteractiveShell(shell.terminal, [tab], fault: line)
        try await expectClean(interactive.outcome(of: tab), tab)
    }

    @Test(arguments: Shell.allCases)
    func `a store that is locked leaves the screen clean`(_ shell: Shell) async throws {
        let tab = TabCase("enclavia push x my")
        let history = try await SampleHistory()
        let lock = try await LockedStore(history)
        let interactive = InteractiveShell(
            shell.terminal, [tab],
            environment: ["ENCLAVIA_STATE_DIR": history.stateDirectory])
        try await expectClean(interactive.outcome(of: tab), tab)
        try lock.release()
    }

    @Test(arguments: Shell.allCases)
    func `TAB offers destinations from the history if the engine does not answer`(
        _ shell: Shell
    ) async throws {
        let folder = try Folder()
        let engine = try StubEngine("\(folder.path)/engine.sock", images: nil)
        let tab = TabCase("enclavia push mytool:", "enclavia push mytool:x ")
        let interactive = InteractiveShell(
            shell.terminal, [tab], environment: ["DOCKER_HOST": "unix://\(engine.path)"])
        try await expect(interactive.outcome(of: tab), of: tab)
        engine.end()
    }
}

extension Substring {
    fileprivate var trimmingSpaces: Substring {
        guard let first = firstIndex(where: { $0 != " " }),
            let last = lastIndex(where: { $0 != " " })
        else { return "" }
        return self[first...last]
    }
}
