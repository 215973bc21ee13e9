import EnclaviaCore
import EnclaviaSystem

/// One run of the engine's client.
struct EngineCommand: Sendable {
    private let run: ProgramRun

    /// - Parameter secrets: removed from the output, which may contain a registry's messages that echo them.
    init(
        program: String, arguments: [String], environment: [String: String],
        secrets: SecretScrubber = SecretScrubber()
    ) {
        run = ProgramRun(
            program: program, arguments: arguments, environment: environment, secrets: secrets)
    }

    /// `docker push`, for messages.
    var summary: String { run.summary }

    /// Runs the command to its end and collects its output.
    ///
    /// - Parameter input: its standard input; empty if `nil`.
    /// - Throws: ``EngineError/problem(_:reason:)`` where it fails because it cannot use its engine.
    func collect(input: Secret? = nil) async throws(EngineError) -> ProgramRun.Outcome {
        let outcome: ProgramRun.Outcome
        do throws(ProgramRunError) {
            outcome = try await run.collect(input: input)
        } catch {
            throw EngineError(error)
        }
        if !outcome.isSuccess { try Self.errorMessage(of: outcome.tail) }
        return outcome
    }

    /// Runs the command to its end, and passes on each line of its standard output and error as it arrives.
    ///
    /// - Parameter onTerminal: whether it writes to a terminal (``ProgramRun/streamOnTerminal(_:)``).
    /// - Returns: its exit status, as in ``ProgramRun/Outcome/status``.
    /// - Throws: ``EngineError/problem(_:reason:)`` where it fails because it cannot use its engine.
    func stream(
        onTerminal: Bool, _ line: @escaping @Sendable (String) -> Void
    ) async throws(EngineError) -> Int32 {
        let (status, tail): (Int32, String)
        do throws(ProgramRunError) {
            (status, tail) = try await onTerminal ? run.streamOnTerminal(line) : run.stream(line)
        } catch {
            throw EngineError(error)
        }
        if status != 0 { try Self.errorMessage(of: tail) }
        return status
    }

    private static func errorMessage(of output: String) throws(EngineError) {
        guard let complaint = ClientErrorMessage(output) else { return }
        var problem = complaint.problem
        if let path = complaint.socketPath, let obstacle = SocketObstacle(at: path) {
            problem = .socket(path: path, obstacle)
        }
        throw .problem(problem, reason: complaint.reason)
    }
}

extension EngineError {
    fileprivate init(_ error: ProgramRunError) {
        self =
            switch error {
            case .notInstalled(let program): .notInstalled(program: program)
            case .unusableProgram(let path, let fault): .unusableProgram(path: path, fault)
            case .wantsTerminal(let command): .wantsTerminal(command: command)
            case .badOutput(let command, let detail): .badOutput(command: command, detail: detail)
            case .failed(let command, let status, let output):
                .failed(command: command, status: status, output: output)
            }
    }
}
