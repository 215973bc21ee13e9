import EnclaviaCore
import EnclaviaSystem
import Subprocess
import SystemPackage

/// One run of the engine's client.
struct EngineCommand: Sendable {
    let program: String
    let arguments: [String]
    let environment: [String: String]
    /// How long the child has, when the task is cancelled, between being asked to end and being killed.
    var grace: Duration = .milliseconds(1500)
    /// What is not passed on of that which it prints, though a registry's words repeat it.
    var secrets = SecretScrubber()

    /// The most bytes of a collected output.
    static let outputLimit = 16 << 20

    /// `docker push`, for messages: the program's name and the words that are its verb.
    var summary: String {
        let name = FilePath(program).lastComponent?.string ?? program
        return ([name] + arguments.prefix { !$0.hasPrefix("-") }.prefix(2)).joined(separator: " ")
    }

    /// Runs it to its end and collects what it prints.
    ///
    /// - Parameter input: what it reads; it reads nothing when `nil`.
    /// - Throws: ``EngineError/trouble(_:reason:)`` where it fails for want of its engine.
    func collect(input: Secret? = nil) async throws(EngineError) -> Outcome {
        let outcome = try await outcome(input: input)
        if !outcome.isSuccess { try Self.complain(of: outcome.tail) }
        return outcome
    }

    private static func complain(of output: String) throws(EngineError) {
        guard let complaint = ClientComplaint(output) else { return }
        var trouble = complaint.trouble
        if let path = complaint.socketPath, let obstacle = SocketObstacle(at: path) {
            trouble = .socket(path: path, obstacle)
        }
        throw .trouble(trouble, reason: complaint.reason)
    }

    private func outcome(input: Secret?) async throws(EngineError) -> Outcome {
        let limit = Self.outputLimit
        return try await watched { stop in
            if let input {
                let result = try await run(
                    configuration(),
                    input: .fileDescriptor(
                        try PasswordPipe.make(holding: input), closeAfterSpawningProcess: true),
                    output: .bytes(limit: limit), error: .bytes(limit: limit)
                ) { stop.started($0.processIdentifier.value) }
                return Outcome(
                    result.terminationStatus, secrets.scrub(result.standardOutput),
                    secrets.scrub(result.standardError))
            }
            let result = try await run(
                configuration(), input: .none, output: .bytes(limit: limit),
                error: .bytes(limit: limit)
            ) { stop.started($0.processIdentifier.value) }
            return Outcome(
                result.terminationStatus, secrets.scrub(result.standardOutput),
                secrets.scrub(result.standardError))
        }
    }

    /// Runs it to its end, handing on each line of both its outputs as it comes.
    ///
    /// - Returns: its exit status, as ``Outcome/status``.
    /// - Throws: ``EngineError/trouble(_:reason:)`` where it fails for want of its engine.
    func stream(
        _ line: @escaping @Sendable (String) -> Void
    ) async throws(EngineError) -> Int32 {
        let (status, tail) = try await watched { stop in
            let result = try await run(
                configuration(), input: .none, output: .sequence, error: .combinedWithOutput
            ) { execution in
                stop.started(execution.processIdentifier.value)
                var lines = LineSplitter(without: secrets)
                var tail = OutputTail()
                for try await buffer in execution.standardOutput {
                    let bytes = buffer.withUnsafeBytes { Array($0) }
                    for text in lines.add(bytes) {
                        tail.add(text)
                        line(text)
                    }
                }
                if let rest = lines.finish() {
                    tail.add(rest)
                    line(rest)
                }
                return tail
            }
            return (Outcome.status(result.terminationStatus), result.closureResult)
        }
        if status != 0 { try Self.complain(of: tail.text) }
        return status
    }

    /// The child leads a process group of its own, so that a Ctrl-C on the terminal reaches this program
    /// alone, which then ends the child in an orderly way.
    private func configuration() -> Configuration {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: grace)
        ]
        return Configuration(
            executable: .path(FilePath(native: program)),
            arguments: Arguments(native: arguments), environment: .native(environment),
            platformOptions: options)
    }

    /// Runs the client until it ends, or the terminal stops it.
    ///
    /// - Throws: ``EngineError/wantsTerminal(command:)``, and what ``guarded(_:)`` throws.
    private func watched<Value: Sendable>(
        _ body: @escaping @Sendable (TerminalStop) async throws -> Value
    ) async throws(EngineError) -> Value {
        let stop = TerminalStop()
        guard TerminalStop.isPossible else { return try await guarded { try await body(stop) } }
        let first = FirstAnswer<Result<Value, EngineError>>()
        let wantsTerminal = EngineError.wantsTerminal(command: summary)
        let running = Task {
            do throws(EngineError) {
                let value = try await guarded { try await body(stop) }
                first.give(stop.hasHappened ? .failure(wantsTerminal) : .success(value))
            } catch {
                first.give(.failure(stop.hasHappened ? wantsTerminal : error))
            }
        }
        let watching = Task {
            guard await stop.wait() else { return }
            await stop.end(within: grace)
            first.give(.failure(wantsTerminal))
        }
        defer { watching.cancel() }
        return try await withTaskCancellationHandler {
            await first.value
        } onCancel: {
            running.cancel()
        }.get()
    }

    private func guarded<Value>(
        _ body: () async throws -> Value
    ) async throws(EngineError) -> Value {
        do {
            return try await body()
        } catch let error as EngineError {
            throw error
        } catch let error as SubprocessError {
            let refusal =
                error.code == .executableNotFound ? .noSuchFileOrDirectory : error.underlyingError
            if let refusal, let fault = ProgramFault(at: program, refused: refusal) {
                throw .unusableProgram(path: program, fault)
            }
            if error.code == .executableNotFound { throw .notInstalled(program: program) }
            if error.code == .outputLimitExceeded {
                throw .badOutput(command: summary, detail: "more than \(Self.outputLimit) bytes")
            }
            throw .failed(command: summary, status: 126, output: "\(error)")
        } catch is CancellationError {
            throw .failed(command: summary, status: 143, output: "cancelled")
        } catch {
            throw .failed(command: summary, status: 126, output: "\(error)")
        }
    }
}
