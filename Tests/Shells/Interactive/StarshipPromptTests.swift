import Foundation
import TestSupport
import Testing

/// The lines of enclavia-completion(1) for starship.
struct StarshipPromptTests {
    /// The module, as a parser of TOML reads it.
    private func module(_ lines: String) async throws -> [String: Any] {
        let script = """
            import json, sys, tomllib
            print(json.dumps(tomllib.loads(sys.stdin.read())))
            """
        let run = try await Run.program("python3", ["-c", script], input: lines)
        try #require(run.status == 0, "\(run.err)")
        let tables = try run.object()
        #expect(Array(tables.keys) == ["custom"])
        let custom = try #require(tables["custom"] as? [String: Any])
        #expect(Array(custom.keys) == ["enclavia"])
        return try #require(custom["enclavia"] as? [String: Any])
    }

    /// What starship does with each key: <https://starship.rs/config/#custom-commands>.
    @Test func `each line means what it is to mean`() async throws {
        let history = try await OwnHistory.make()
        let home = try PromptShell.bash.home()
        let module = try await module(PromptShell.lines("starship"))
        #expect(module.keys.sorted() == ["command", "format", "shell", "style", "when"])
        // By default, the user's own shell runs the command, with its startup files.
        let shell = try #require(module["shell"] as? [String])
        #expect(shell == ["sh"])
        // Not a string, which would be another command to run.
        #expect(module["when"] as? Bool == true && module["when"] as? String == nil)
        // The outer brackets hide everything where the output is empty.
        #expect(module["format"] as? String == "([$output]($style) )")
        #expect(module["style"] as? String == "yellow")
        let run = try await Run.program(
            shell[0], Array(shell.dropFirst()), environment: PromptShell.environment(home, history),
            input: #require(module["command"] as? String), directory: home.path)
        #expect(run.out == OwnHistory.line + "\n" && run.status == 0, "\(run.err)")
    }

    /// The path of starship, which is not in Debian 12.
    private static let program = (ProcessInfo.processInfo.environment["PATH"] ?? "")
        .split(separator: ":").map { "\($0)/starship" }
        .first(where: FileManager.default.isExecutableFile)

    @Test(.enabled(if: program != nil), arguments: PromptShell.allCases)
    func `starship shows the counts, and starts no shell with its startup files`(
        _ shell: PromptShell
    ) async throws {
        let program = try #require(Self.program)
        let history = try await OwnHistory.make()
        let home = try shell.home()
        let configuration = try home.write(
            PromptShell.lines("starship"), to: ".config/starship.toml")
        for file in [".zshenv", ".zshrc", ".bashrc", ".profile", ".config/fish/config.fish"] {
            try home.write("echo '\(file)' >>'\(home.path)/read'\n", to: file)
        }
        let variables = PromptShell.environment(home, history).merging([
            "STARSHIP_CONFIG": configuration, "STARSHIP_SHELL": shell.rawValue, "TERM": "xterm",
            "STARSHIP_CACHE": "\(home.path)/cache",
        ]) { $1 }
        let empty = try await SampleHistory(isIntact: true)
        func expect(_ text: String, in history: SampleHistory) async throws {
            let run = try await Run.program(
                program, ["module", "custom.enclavia"],
                environment: variables.merging(["ENCLAVIA_STATE_DIR": history.stateDirectory]) {
                    $1
                }, directory: home.path)
            // The marks of what has no width, and the colours.
            let shown = run.out.replacing(#/\\\[|\\\]|%\{|%\}/#, with: "")
                .replacing(#/\u{1B}\[[0-9;]*m/#, with: "")
            #expect(shown == text, "\(run.out) \(run.err)")
        }
        try await expect("\(OwnHistory.line) ", in: history)
        try await expect("", in: empty)
        try FileManager.default.removeItem(atPath: "\(home.path)/bin/enclavia")
        try await expect("", in: history)
        #expect(!FileManager.default.fileExists(atPath: "\(home.path)/read"))
    }
}
