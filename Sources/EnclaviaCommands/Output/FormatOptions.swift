import ArgumentParser
import EnclaviaCore

/// In which shape pushes are printed.
struct FormatOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Print a table, json, jsonl, csv, or template:<text> with {field}s, \\t and \\n.",
            valueName: "format"),
        completion: .list(["table", "json", "jsonl", "csv", "template:"]))
    var format: String?

    /// - Throws: `usage` for a format that is none, or that contradicts `--json`.
    func format(_ context: CommandContext) throws(Explanation) -> OutputFormat {
        guard let format else { return context.invocation.wantsJSON ? .json : .table }
        let chosen = try OutputFormat(format)
        if context.invocation.wantsJSON, format != "json" {
            throw Explanation(
                .usage, "--json and --format \(Words.quoted(format)) contradict each other")
        }
        return chosen
    }
}

extension CommandContext {
    /// Prints the pushes that `produce` hands over, whole lines of them, as they come.
    ///
    /// - Parameter produce: called twice where pushes are measured first, so that none needs to be held.
    func stream(
        _ format: OutputFormat, _ produce: ((StoredPush) throws -> Void) throws -> Void
    ) throws -> ExitStatus {
        let stream = ResultStream(console)
        let sink = format.sink(stream, self)
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
    /// A failure after something was printed cannot be a JSON value of its own any more: what was begun
    /// is ended, and the words go to standard error.
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
            let explanation = Words.explain(any: error)
            console.fail(explanation)
            return signals.received ?? explanation.exitStatus
        }
    }
}
