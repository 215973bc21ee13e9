import Foundation
import TestSupport
import Testing

/// One shell and its cases. They run once, and the tests check the outcomes one by one.
actor InteractiveShell {
    private let terminal: Terminal
    private let cases: [TabCase]
    private let environment: [String: String]
    private let program: Program
    private let fault: String?
    private let preparation: String?
    private var outcomes: [String: Terminal.Outcome]?
    private var remainingFiles: [String] = []
    private var calls: String?

    /// The program that is called `enclavia` there.
    enum Program {
        case itself
        /// A script that adds a line to `calls` in the home directory, and then executes the program.
        case counted
        /// The same, with an `enclavia-complete` that adds its lines after `fast`, in this directory of the home
        /// directory; with `links/enclavia`, a symbolic link, and a `sudo` that is never run.
        case countedFast(directory: String, answers: Bool = true)
    }

    /// - Parameters:
    ///   - fault: a shell command that breaks the history, run in its directory.
    ///   - preparation: a shell command that is run in the home directory.
    init(
        _ terminal: Terminal, _ cases: [TabCase], environment: [String: String] = [:],
        program: Program = .itself, fault: String? = nil, preparation: String? = nil
    ) {
        self.terminal = terminal
        self.cases = cases
        self.environment = environment
        self.program = program
        self.fault = fault
        self.preparation = preparation
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
        return remainingFiles
    }

    /// What the counted program was called with, a line for each call.
    func callsMade() async throws -> [String] {
        if outcomes == nil { try await run() }
        return (calls ?? "").split(separator: "\n").map(String.init)
    }

    private func run() async throws {
        let history = try await SampleHistory()
        if let fault {
            let run = try await Run.shell(fault, directory: history.stateDirectory)
            try #require(run.status == 0, "\(run.err)")
        }
        let home = try Folder()
        for name in ["notes.txt", "two words.txt", "folder/inner.txt"] {
            try home.write("", to: name)
        }
        try add(program, to: home)
        let data = "\(home.path)/.local/share/bash-completion/completions"
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: "\(data)/enclavia",
            withDestinationPath: "\(Build.root)/completions/enclavia.bash")
        if let preparation {
            let run = try await Run.shell(preparation, directory: home.path)
            try #require(run.status == 0, "\(run.err)")
        }
        let before = try Self.files(home)
        let variables = [
            "PATH": "\(home.path)/bin:/usr/bin:/bin", "ENCLAVIA_STATE_DIR": history.stateDirectory,
        ].merging(environment) { $1 }
        var found: [String: Terminal.Outcome] = [:]
        // The program gives up on a slow store, as on a busy machine, so each case has a few tries.
        for _ in 1...(isCounted ? 1 : 3) {
            let rest = cases.filter { found[$0.typed].map($0.isMet) != true }
            if rest.isEmpty { break }
            let results = try await terminal.run(
                rest, environment: variables, directory: home.path)
            for (tab, result) in zip(rest, results) { found[tab.typed] = result.hiding(home.path) }
        }
        outcomes = found
        remainingFiles = try Self.files(home).filter { !before.contains($0) }
        calls = try? String(contentsOfFile: "\(home.path)/calls", encoding: .utf8)
    }

    private func add(_ program: Program, to home: Folder) throws {
        switch program {
        case .itself:
            try home.write("", to: "bin/.keep")
            try FileManager.default.createSymbolicLink(
                atPath: "\(home.path)/bin/enclavia", withDestinationPath: Build.product("enclavia"))
        case .counted:
            try home.write(
                Self.counting("enclavia", in: home), to: "bin/enclavia", mode: 0o755)
        case .countedFast(let directory, let answers):
            try add(.counted, to: home)
            try home.write(
                answers
                    ? Self.counting("enclavia-complete", in: home, as: "fast ")
                    : "#!/bin/sh\necho \"silent $*\" >>'\(home.path)/calls'\n",
                to: "\(directory)/enclavia-complete", mode: 0o755)
            try home.write("", to: "links/.keep")
            try home.write("#!/bin/sh\n", to: "bin/sudo", mode: 0o755)
            try FileManager.default.createSymbolicLink(
                atPath: "\(home.path)/links/enclavia", withDestinationPath: "../bin/enclavia")
        }
    }

    /// A script that adds its arguments to `calls`, and then executes a program of this build.
    private static func counting(
        _ product: String, in home: Folder, as lead: String = ""
    ) -> String {
        """
        #!/bin/sh
        echo "\(lead)$*" >>'\(home.path)/calls'
        exec '\(Build.product(product))' "$@"
        """
    }

    private var isCounted: Bool {
        if case .itself = program { false } else { true }
    }

    private static func files(_ folder: Folder) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { !$0.hasPrefix(".") && $0 != "calls" }
    }
}

extension Terminal.Outcome {
    /// With `$HOME` for the home directory, whose name is random.
    fileprivate func hiding(_ home: String) -> Terminal.Outcome {
        Terminal.Outcome(
            line: line.replacing(home, with: "$HOME"),
            screen: screen.replacing(home, with: "$HOME"), missing: missing)
    }
}
