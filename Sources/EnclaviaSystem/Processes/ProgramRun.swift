import EnclaviaCore
import Subprocess
import SystemPackage

/// One run of a program, in a process group of its own.
package struct ProgramRun: Sendable {
    let program: String
    let arguments: [String]
    let environment: [String: String]
    /// How long the child has between SIGTERM and SIGKILL, when it is ended early.
    let grace: Duration
    /// The secrets to remove from what it prints.
    let secrets: SecretScrubber

    /// The most bytes of a collected output.
    static let outputLimit = 16 << 20

    package init(
        program: String, arguments: [String], environment: [String: String],
        grace: Duration = .milliseconds(1500), secrets: SecretScrubber = SecretScrubber()
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.grace = grace
        self.secrets = secrets
    }

    /// `docker push`, for messages: the program's name and the words that are its verb.
    package var summary: String {
        let name = FilePath(program).lastComponent?.string ?? program
        return ([name] + arguments.prefix { !$0.hasPrefix("-") }.prefix(2)).joined(separator: " ")
    }

    /// Runs it to its end and collects what it prints.
    ///
    /// - Parameter input: what it reads; it reads nothing when `nil`.
    package func collect(input: Secret? = nil) async throws(ProgramRunError) -> Outcome {
        try await collect(input: input.map { Array($0.reveal().utf8) })
    }

    /// The same for a text that is no secret.
    package func collect(input: [UInt8]?) async throws(ProgramRunError) -> Outcome {
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
    /// - Returns: its exit status, as ``Outcome/status``, and the end of what it printed.
    package func stream(
        _ line: @escaping @Sendable (String) -> Void
    ) async throws(ProgramRunError) -> (status: Int32, tail: String) {
        try await watched { stop in
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
            return (Outcome.status(result.terminationStatus), result.closureResult.text)
        }
    }

    /// The child leads a process group of its own, so that a Ctrl-C on the terminal reaches this program
    /// alone, which then ends the child in an orderly way.
    func configuration() -> Configuration {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: grace)
        ]
        return configuration(options)
    }

    func configuration(_ options: PlatformOptions) -> Configuration {
        Configuration(
            executable: .path(FilePath(native: program)),
            arguments: Arguments(native: arguments), environment: .native(environment),
            platformOptions: options)
    }

    /// Runs the program until it ends, or the terminal stops it.
    ///
    /// - Throws: ``ProgramRunError/wantsTerminal(command:)``, and what ``guarded(_:)`` throws.
    func watched<Value: Sendable>(
        _ body: @escaping @Sendable (TerminalStop) async throws -> Value
    ) async throws(ProgramRunError) -> Value {
        let stop = TerminalStop()
        guard TerminalStop.isPossible else { return try await guarded { try await body(stop) } }
        let first = FirstResult<Result<Value, ProgramRunError>>()
        let wantsTerminal = ProgramRunError.wantsTerminal(command: summary)
        let running = Task {
            do throws(ProgramRunError) {
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

    /// Runs it in a session of its own, so that no signal of the terminal's reaches it; it reads nothing, and what
    /// it prints is dropped.
    ///
    /// - Returns: whether it exited with 0; `false` if it could not be started.
    package func runInOwnSession() async -> Bool {
        var options = PlatformOptions()
        options.createSession = true
        let result = try? await run(
            configuration(options), input: .none, output: .discarded, error: .discarded)
        return result?.terminationStatus.isSuccess ?? false
    }

    func guarded<Value>(
        _ body: () async throws -> Value
    ) async throws(ProgramRunError) -> Value {
        do {
            return try await body()
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
