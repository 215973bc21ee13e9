import EnclaviaCore
import Subprocess

extension ProgramRun {
    /// A conversation with a running program.
    package struct Conversation: Sendable {
        /// Writes a text to the program, if any, and gives the next line that it prints; `nil` once it has ended. Throws
        /// `CancellationError` alone.
        package let exchange: @Sendable (String) async throws -> String?
        /// Ends the program early.
        package let stop: @Sendable () async -> Void
    }

    /// How an exchange with a program ended.
    package struct Exchanged<Value: Sendable>: Sendable {
        package let value: Value
        /// The exit status, as ``Outcome/status``.
        package let status: Int32
        /// The end of what it wrote to standard error.
        package let errorOutput: String
    }

    /// Runs the program while `body` exchanges texts and lines with it, then ends its input, and waits for its end.
    ///
    /// - Parameter lineLimit: the longest line that is kept whole, in bytes.
    /// - Throws: ``ProgramRunError`` where it could not be started, or the task was cancelled.
    package func exchange<Value: Sendable>(
        lineLimit: Int = LineSplitter.limit,
        _ body: @escaping @Sendable (Conversation) async -> Value
    ) async throws(ProgramRunError) -> Exchanged<Value> {
        try await watched { stop in
            let result = try await run(
                configuration(), input: .inputWriter, output: .sequence, error: .sequence
            ) { execution in
                stop.started(execution.processIdentifier.value)
                let (lines, printed) = AsyncStream<String>.makeStream()
                async let output: Void = {
                    var splitter = LineSplitter(without: secrets, limit: lineLimit)
                    for try await buffer in execution.standardOutput {
                        let bytes = buffer.withUnsafeBytes { Array($0) }
                        for line in splitter.add(bytes) { printed.yield(line) }
                    }
                    if let rest = splitter.finish() { printed.yield(rest) }
                    printed.finish()
                }()
                async let errors: String = {
                    var splitter = LineSplitter(without: secrets)
                    var tail = OutputTail()
                    for try await buffer in execution.standardError {
                        let bytes = buffer.withUnsafeBytes { Array($0) }
                        for line in splitter.add(bytes) { tail.add(line) }
                    }
                    if let rest = splitter.finish() { tail.add(rest) }
                    return tail.text
                }()
                let writer = execution.standardInputWriter
                let conversation = Conversation(
                    exchange: { text in
                        // A program that has ended reads nothing; its output says so, too.
                        if !text.isEmpty {
                            guard (try? await writer.write(text)) != nil else { return nil }
                        }
                        for await line in lines { return line }
                        try Task.checkCancellation()
                        return nil
                    },
                    stop: {
                        await execution.teardown(using: [
                            .gracefulShutDown(
                                toProcessGroup: true, allowedDurationToNextStep: grace)
                        ])
                    })
                let value = await body(conversation)
                try Task.checkCancellation()
                // It fails where the program has ended.
                try? await writer.finish()
                try await output
                return (value, try await errors)
            }
            return Exchanged(
                value: result.closureResult.0, status: Outcome.status(result.terminationStatus),
                errorOutput: result.closureResult.1)
        }
    }
}
