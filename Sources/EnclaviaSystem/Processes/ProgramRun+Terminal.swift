import EnclaviaCore
import Subprocess

extension ProgramRun {
    /// Like ``stream(_:)``, but the program writes to a pseudo-terminal, where it may show more than on a pipe.
    /// Escape sequences are removed from its lines. Uses a pipe if the machine has no pseudo-terminal left.
    package func streamOnTerminal(
        _ line: @escaping @Sendable (String) -> Void
    ) async throws(ProgramRunError) -> (status: Int32, tail: String) {
        guard let terminal = OutputTerminal(), let writer = terminal.writer else {
            return try await stream(line)
        }
        let secrets = secrets
        let reading = Task { await terminal.read(without: secrets, line) }
        let ended = await result { () async throws(ProgramRunError) in
            try await watched { stop in
                try await run(
                    configuration(), input: .none,
                    output: .fileDescriptor(writer, closeAfterSpawningProcess: false),
                    // `combinedWithOutput` would duplicate a descriptor that it never closes.
                    error: .fileDescriptor(writer, closeAfterSpawningProcess: false)
                ) { execution in
                    stop.started(execution.processIdentifier.value)
                    terminal.closeWriter()
                }.terminationStatus
            }
        }
        terminal.closeWriter()
        terminal.end()
        let tail = await reading.value
        return (Outcome.status(try ended.get()), tail)
    }
}
