import ArgumentParser
import EnclaviaCommands
import EnclaviaCore
import TestSupport
import Testing

/// Compares the whole output of each command with the files of Tests/Screens: a change of a screen is a
/// change of such a file. `make screens` rewrites them.
struct ScreenTests {
    private func compare(_ name: String, _ text: String) throws {
        if ScreenFiles.isWritten { return try ScreenFiles.write(text, to: name) }
        let expected = try ScreenFiles.expected(name)
        guard text != expected else { return }
        let lines = zip(
            text.split(separator: "\n", omittingEmptySubsequences: false),
            expected.split(separator: "\n", omittingEmptySubsequences: false))
        let (shown, wanted) = lines.first { $0 != $1 } ?? ("", "another length")
        Issue.record(
            """
            Tests/Screens/\(name).txt: `make screens` writes what is shown now
            shown:  \(shown)
            wanted: \(wanted)
            """)
    }

    @Test func `the screens that query the history match their files`() async throws {
        let history = try await ScreenHistory()
        for screen in Self.questions {
            try compare(screen.name, try await screen.text { history.stage() })
        }
    }

    @Test func `the screens of an empty history match their files`() async throws {
        let store = try RealStore(system: ScreenClock())
        let line = ScreenFixture().commandLine(store)
        for screen in Self.empty {
            try compare(
                screen.name, try await screen.text { Screen.Stage(line: line, store: store) })
        }
    }

    @Test func `the screens that change the history match their files`() async throws {
        for screen in Self.changes {
            try compare(screen.name, try await screen.text { try await ScreenHistory().stage() })
        }
    }

    @Test func `the screens of pushes and services match their files`() async throws {
        for (screen, change) in Self.pushes + Self.services {
            let text = try await screen.text {
                var world = ScreenFixture()
                change(&world)
                let store = try RealStore(system: world.clock)
                return Screen.Stage(line: world.commandLine(store), store: store)
            }
            try compare(screen.name, text)
        }
    }

    @Test func `the screens of doctor match their files`() async throws {
        let store = try RealStore(system: ScreenClock())
        for (screen, machine) in Self.machines {
            var line = ScreenFixture().commandLine(store)
            line.adapters = TestAdapters(givenMachine: machine)
            let stage = Screen.Stage(line: line, store: store)
            try compare(screen.name, try await screen.text { stage })
        }
    }

    @Test(.enabled(if: !ScreenFiles.isWritten))
    func `each file belongs to a screen, and each screen has a file`() throws {
        let screens =
            Self.questions + Self.empty + Self.changes
            + (Self.pushes + Self.services).map(\.0) + Self.machines.map(\.0)
        #expect(Set(screens.map(\.name)).count == screens.count)
        #expect(try ScreenFiles.names() == Set(screens.map(\.name) + ["help"]))
    }

    @Test func `the help of each command matches its file`() async throws {
        var text = ""
        for columns in [80, 120] {
            text += "======== \(columns) columns\n"
            for path in Self.paths(below: Enclavia.self) {
                let words = path + ["--help"]
                var line = CommandLineRun()
                line.out = CommandLineRun.terminal(columns)
                text += "-------- enclavia \(words.joined(separator: " "))\n"
                text += await line.run(words).out
            }
        }
        try compare("help", text)
    }

    /// The words that lead to each command.
    private static func paths(
        below root: any ParsableCommand.Type, _ path: [String] = []
    ) -> [[String]] {
        [path]
            + root.configuration.subcommands.flatMap { command in
                paths(below: command, path + [command.configuration.commandName ?? ""])
            }
    }
}
