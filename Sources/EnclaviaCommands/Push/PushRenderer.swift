import EnclaviaCore

/// Renders the result of a push.
struct PushRenderer {
    private let context: CommandContext

    init(_ context: CommandContext) {
        self.context = context
    }

    func render(_ preview: PushPreview, isQuiet: Bool) throws {
        if !isQuiet, let sentence = preview.sentence { context.console.log(sentence) }
        try context.show(PreviewJSON(preview)) { console in
            try console.result(preview.reference.description)
        }
    }

    /// Prints one line on standard error about what a push that was made has done.
    func printSummary(of result: PushResult, isNotified: Bool) {
        let console = context.console
        console.log(result.sentence(isNotified: isNotified, on: console.stderr))
    }

    /// Prints the remaining warnings and errors of a push that was made.
    ///
    /// - Returns: the exit code.
    func end(_ end: PushEnd, digestFile: DigestFile?) -> ExitStatus {
        digestFile?.warn(context.console)
        let (error, status) = end.conclusion
        if let error { context.console.fail(error) }
        return status
    }

    /// Prints the result.
    ///
    /// - Returns: `false` where standard output is closed or full; the error was printed then.
    func render(_ result: PushResult) throws -> Bool {
        try render {
            try context.show(PushResultJSON(result)) { console in
                if let pinned = result.record.pinned { try console.result(pinned) }
            }
        }
    }

    /// Prints what `body` prints. A failed write does not stop the remaining steps; a reader that closed the pipe is
    /// not an error.
    ///
    /// - Returns: `false` where standard output is closed or full; the error was printed then.
    func render(_ body: () throws -> Void) throws -> Bool {
        do {
            try body()
            return true
        } catch ConsoleError.closedPipe {
            return true
        } catch ConsoleError.failed(let reason) {
            _ = context.console.fail(output: reason)
            return false
        }
    }

    /// Prints a record that could be stored nowhere as one line of JSON on standard error.
    func printUnrecorded(_ result: PushResult) {
        guard case .nowhere(let reason) = result.location else { return }
        context.console.warn(
            "the push could not be recorded (\(reason.printable)): save the next line and import"
                + " it with `enclavia history import`")
        guard let line = try? JSONText.encode(PushJSON(result.record)) else { return }
        let console = context.console
        console.log(console.stderr.isTerminal ? TerminalText.escape(json: line) : line)
    }
}
