import Foundation
import TestSupport

/// One shell and its cases, run once, whose outcomes its tests look at one by one.
actor InteractiveShell {
    private let terminal: Terminal
    private let cases: [TabCase]
    private var outcomes: [String: Terminal.Outcome]?
    private var leftovers: [String] = []

    init(_ terminal: Terminal, _ cases: [TabCase]) {
        self.terminal = terminal
        self.cases = cases
    }

    private struct NoOutcome: Error {}

    func outcome(of tab: TabCase) async throws -> Terminal.Outcome {
        if outcomes == nil { try await run() }
        guard let outcome = outcomes?[tab.typed] else { throw NoOutcome() }
        return outcome
    }

    /// The files that the cases made in the working directory.
    func filesMade() async throws -> [String] {
        if outcomes == nil { try await run() }
        return leftovers
    }

    private func run() async throws {
        let history = try await SampleHistory()
        let home = try Folder()
        try home.write("", to: "notes.txt")
        let bin = "\(home.path)/bin"
        try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: "\(bin)/enclavia", withDestinationPath: Build.product("enclavia"))
        let data = "\(home.path)/.local/share/bash-completion/completions"
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: "\(data)/enclavia",
            withDestinationPath: "\(Build.root)/completions/enclavia.bash")
        let before = try Self.files(home)
        let results = try await terminal.run(
            cases,
            environment: [
                "PATH": "\(bin):/usr/bin:/bin", "ENCLAVIA_STATE_DIR": history.stateDirectory,
            ], directory: home.path)
        leftovers = try Self.files(home).filter { !before.contains($0) }
        outcomes = Dictionary(
            zip(cases.map(\.typed), results), uniquingKeysWith: { first, _ in first })
    }

    private static func files(_ folder: Folder) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { !$0.hasPrefix(".") }
    }
}
