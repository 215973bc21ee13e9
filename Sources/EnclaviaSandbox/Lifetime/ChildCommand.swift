import Foundation
import Subprocess
import Synchronization
import SystemPackage

/// The command that `run` runs, with the caller's own stdin, stdout and stderr.
struct ChildCommand: Sendable {
    let words: [String]
    let environment: [String: String?]

    /// How long a command has to end after a signal before it is killed.
    private static let grace = Duration.seconds(10)

    /// Runs the command; returns its exit code, as a shell would give it: 128 and the number of
    /// the signal that ended it, 127 when it was not found, 126 when it cannot be run.
    func run(forwardingFrom watch: SignalWatch) async throws -> Int32 {
        let process = ForegroundProcess()
        watch.onSignal { process.forward($0, grace: Self.grace) }
        guard let name = words.first else { return 127 }
        let program = name.contains("/") ? name : Programs.find(name)
        guard let program, FileManager.default.fileExists(atPath: program) else {
            Report(quiet: false).say("error: \(name): command not found")
            return 127
        }
        guard FileManager.default.isExecutableFile(atPath: program) else {
            Report(quiet: false).say("error: \(name): permission denied")
            return 126
        }
        let variables = Dictionary(
            uniqueKeysWithValues: environment.map {
                (Environment.Key(stringLiteral: $0.key), $0.value)
            })
        let result = try await Subprocess.run(
            .path(FilePath(program)),
            arguments: Arguments(
                executablePathOverride: name, remainingValues: Array(words.dropFirst())),
            environment: .inherit.updating(variables),
            input: .currentStandardInput, output: .currentStandardOutput,
            error: .currentStandardError
        ) { execution in
            process.started(execution.processIdentifier.value)
        }
        process.ended()
        switch result.terminationStatus {
        case .exited(let code): return code
        case .signaled(let signal): return 128 + signal
        }
    }
}
