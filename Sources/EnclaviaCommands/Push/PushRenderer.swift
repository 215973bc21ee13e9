import EnclaviaCore

/// Renders what a push came to.
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

    /// Says in one line what a push that was made has done.
    func sum(up result: PushResult, isToldOf: Bool) {
        let console = context.console
        console.log(result.sentence(isToldOf: isToldOf, on: console.stderr))
    }

    /// Says what is left to say of a push that was made.
    ///
    /// - Returns: the exit code.
    func end(_ end: PushEnd, digestFile: DigestFile?) -> ExitStatus {
        digestFile?.warn(context.console)
        let (error, status) = end.conclusion
        if let error { context.console.fail(error) }
        return status
    }

    /// Prints the result. A stream that does not take it changes nothing about what is still to be done; a
    /// reader that has gone is no failure.
    ///
    /// - Returns: `false` where standard output is closed or full, which was said then.
    func render(_ result: PushResult) throws -> Bool {
        do {
            try context.show(PushResultJSON(result)) { console in
                if let pinned = result.record.pinned { try console.result(pinned) }
            }
            return true
        } catch ConsoleError.closedPipe {
            return true
        } catch ConsoleError.failed(let reason) {
            _ = context.console.fail(output: reason)
            return false
        }
    }

    /// The last resort for a record that could be kept nowhere: standard error, as one line of JSON.
    func keep(_ result: PushResult) {
        guard case .nowhere(let reason) = result.location else { return }
        context.console.warn(
            "the push could not be recorded (\(reason.printable)): save the next line and import"
                + " it with `enclavia history import`")
        guard let line = try? JSONText.encode(PushJSON(result.record)) else { return }
        let console = context.console
        console.log(console.stderr.isTerminal ? TerminalText.escape(json: line) : line)
    }
}
