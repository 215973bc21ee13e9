import ArgumentParser
import EnclaviaCore

/// The format in which pushes are printed.
struct FormatOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Print \(summaries).", valueName: "format"),
        completion: .list(OutputFormat.all.map(\.word)))
    var format: String?

    private static let summaries = {
        let summaries = OutputFormat.all.map(\.summary)
        let last = summaries.suffix(1).map { "or " + $0 }
        return (summaries.dropLast() + last).joined(separator: ", ")
    }()

    /// - Throws: `usage` for an unknown format, or one that contradicts `--json`.
    func sink(_ context: CommandContext) throws(UserError) -> OutputFormat.MakeSink {
        let text = text(context)
        let sink = try OutputFormat.sink(text)
        if context.invocation.wantsJSON, text != OutputFormat.json.word {
            throw UserError(
                .usage, "--json cannot be used with --format \(text.quoted)")
        }
        return sink
    }

    /// Whether pushes are printed in `format`, which has no parameter.
    func `is`(_ format: OutputFormat, _ context: CommandContext) -> Bool {
        text(context) == format.word
    }

    private func text(_ context: CommandContext) -> String {
        let usual = context.invocation.wantsJSON ? OutputFormat.json : .table
        return format ?? usual.word
    }
}

extension CommandContext {
    /// Prints the pushes that `produce` passes on as they come, in pieces of whole lines.
    ///
    /// - Parameter produce: called twice where pushes are measured first, so that none is kept in memory.
    func stream(
        _ sink: OutputFormat.MakeSink,
        _ produce: ((StoredPush) throws -> Void) async throws -> Void
    ) async throws -> ExitStatus {
        let stream = ResultStream(console)
        let sink = sink(stream, self)
        return try await write(stream, finish: sink.finish) {
            if let measure = sink.measure {
                try await produce { push in
                    try Task.checkCancellation()
                    try measure(push)
                }
            }
            try await produce { push in
                try Task.checkCancellation()
                try sink.put(push)
            }
        }
    }

    /// Runs `body`, which writes to `stream`, and then `finish`, which completes the output.
    ///
    /// If `body` fails after a part of the output was written, `finish` runs, too.
    func write(
        _ stream: ResultStream, finish: () throws -> Void, _ body: () async throws -> Void
    ) async throws -> ExitStatus {
        do {
            try await body()
            try finish()
            return .done
        } catch let error as ConsoleError {
            throw error
        } catch  where stream.hasWritten {
            try finish()
            return failAfterResult(error)
        }
    }

    /// Reports a failure after a result, or a part of it, was printed: on standard error, since no further JSON value
    /// may follow the result.
    func failAfterResult(_ error: any Error) -> ExitStatus {
        let userError = ErrorMessages.explain(any: error)
        console.fail(userError)
        return signals.received ?? userError.exitStatus
    }
}
