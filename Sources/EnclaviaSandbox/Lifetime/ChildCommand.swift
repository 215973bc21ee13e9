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
    func run(forwardingFrom signals: ReceivedSignals) async throws -> Int32 {
        let process = ForegroundProcess()
        signals.onSignal { process.forward($0, grace: Self.grace) }
        guard let name = words.first else { return 127 }
        let program = name.contains("/") ? name : Programs.find(name)
        guard let program, FileManager.default.fileExists(atPath: program) else {
            Report(quiet: false).log("error: \(name): command not found")
            return 127
        }
        guard FileManager.default.isExecutableFile(atPath: program) else {
            Report(quiet: false).log("error: \(name): permission denied")
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

/// The command's process, to which signals are forwarded while it runs.
private final class ForegroundProcess: Sendable {
    private enum State {
        case starting(pending: Int32?)
        case running(Int32)
        case ended
    }

    private let state = Mutex(State.starting(pending: nil))

    func started(_ process: Int32) {
        let pending: Int32? = state.withLock { state in
            defer { state = .running(process) }
            if case .starting(let pending) = state { return pending }
            return nil
        }
        if let pending { kill(process, pending) }
    }

    func ended() {
        state.withLock { $0 = .ended }
    }

    /// Forwards `signal`, and sends SIGKILL if the process still runs after `grace`. Does not forward Ctrl-C
    /// or Ctrl-\ of a terminal, which reach the process directly: it is in the same process group.
    func forward(_ signal: Int32, grace: Duration) {
        state.withLock { state in
            switch state {
            case .starting: state = .starting(pending: signal)
            case .running(let process):
                if ![SIGINT, SIGQUIT].contains(signal) || !Self.isTerminalForeground {
                    kill(process, signal)
                }
            case .ended: break
            }
        }
        Task {
            try await Task.sleep(for: grace)
            state.withLock { state in
                if case .running(let process) = state { kill(process, SIGKILL) }
            }
        }
    }

    /// Whether a terminal's Ctrl-C and Ctrl-\ go to this process group.
    private static var isTerminalForeground: Bool {
        isatty(STDIN_FILENO) == 1 && tcgetpgrp(STDIN_FILENO) == getpgrp()
    }
}
