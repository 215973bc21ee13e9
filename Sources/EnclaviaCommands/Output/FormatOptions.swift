import ArgumentParser
import EnclaviaCore

/// In which shape pushes are printed.
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

    /// - Throws: `usage` for a format that is none, or that contradicts `--json`.
    func sink(_ context: CommandContext) throws(UserError) -> OutputFormat.MakeSink {
        let text = text(context)
        let sink = try OutputFormat.sink(text)
        if context.invocation.wantsJSON, text != OutputFormat.json.word {
            throw UserError(
                .usage, "--json cannot be used with --format \(text.quoted)")
        }
        return sink
    }

    /// Whether a person reads it.
    func isTable(_ context: CommandContext) -> Bool { text(context) == OutputFormat.table.word }

    private func text(_ context: CommandContext) -> String {
        let usual = context.invocation.wantsJSON ? OutputFormat.json : .table
        return format ?? usual.word
    }
}

extension CommandContext {
    /// Prints the pushes that `produce` hands over, whole lines of them, as they come.
    ///
    /// - Parameter produce: called twice where pushes are measured first, so that none needs to be held.
    func stream(
        _ sink: OutputFormat.MakeSink, _ produce: ((StoredPush) throws -> Void) throws -> Void
    ) throws -> ExitStatus {
        let stream = ResultStream(console)
        let sink = sink(stream, self)
        return try write(stream, finish: sink.finish) {
            if let measure = sink.measure {
                try produce { push in
                    try Task.checkCancellation()
                    try measure(push)
                }
            }
            try produce { push in
                try Task.checkCancellation()
                try sink.put(push)
            }
        }
    }

    /// Runs `body`, which writes to `stream`, and ends what it wrote with `finish`.
    ///
    /// After a failure, too, what was begun is ended.
    func write(
        _ stream: ResultStream, finish: () throws -> Void, _ body: () throws -> Void
    ) throws -> ExitStatus {
        do {
            try body()
            try finish()
            return .done
        } catch let error as ConsoleError {
            throw error
        } catch  where stream.hasWritten {
            try finish()
            return failBehindResult(error)
        }
    }

    /// Ends a command that failed when a part of its result was printed, behind which no JSON value can say so:
    /// the words go to standard error.
    func failBehindResult(_ error: any Error) -> ExitStatus {
        let userError = ErrorMessages.explain(any: error)
        console.fail(userError)
        return signals.received ?? userError.exitStatus
    }
}
