import EnclaviaCore

/// Renders what a push came to, and finds its exit code.
struct PushRenderer {
    private let context: CommandContext

    init(_ context: CommandContext) {
        self.context = context
    }

    func render(_ preview: PushPreview, isQuiet: Bool) throws {
        let console = context.console
        if !isQuiet, let sentence = Self.sentence(preview) { console.say(sentence) }
        if context.invocation.wantsJSON {
            try console.result(json: PreviewJSON(preview))
        } else {
            try console.result(preview.reference.description)
        }
    }

    /// What the push would do to the tag; `nil` where that is unknown.
    private static func sentence(_ preview: PushPreview) -> String? {
        let tag = preview.reference.description
        let held = preview.previousDigest.map { " \($0)" } ?? ""
        if preview.action == .keep {
            return "kept: \(tag) exists and holds\(held); nothing would be pushed"
        }
        return switch preview.tagChange {
        case .created: "would create \(tag)"
        case .unchanged: "would push \(tag), which holds this image"
        case .moved: "would move \(tag), which holds\(held)"
        case nil: nil
        }
    }

    /// - Throws: ``Explanation`` for a push that failed.
    func check(_ result: PushResult) throws {
        if case .nowhere(let reason) = result.keeping { keepOnTalk(result, reason) }
        if let error = result.error {
            throw Words.explain(error).about(stage: error.stage, pushID: result.record.id)
        }
        if let answer = result.record.notify.answer, answer.isOnlyRejection {
            throw Explanation(
                .nonUpgradable,
                "the image was pushed, but \(answer.rejectedNonUpgradable.joined(separator: ", "))"
                    + " cannot be upgraded: create a new enclave for it",
                pushID: result.record.id)
        }
    }

    /// The exit code of a push that is done.
    ///
    /// - Parameter isShown: whether standard output took the result.
    func status(
        _ result: PushResult, _ options: PushOptions, digestFile: DigestFile?, isShown: Bool
    ) -> ExitStatus {
        digestFile?.warn(context.console)
        if let error = digestFile?.error {
            let explanation = Explanation(
                .output, "the digest file could not be written: \(error)")
            context.console.fail(explanation)
            return explanation.exitStatus
        }
        if let signal = context.signals.received { return signal }
        if case .nowhere = result.keeping { return .unrecorded }
        guard isShown else { return ErrorKind.output.exitStatus }
        if result.isUnsigned { return ErrorKind.engineUnavailable.exitStatus }
        if options.requireNotify, result.notifyError != nil { return .notNotified }
        return .done
    }

    /// Prints the result. A stream that does not take it changes nothing about what is still to be done; a
    /// reader that has gone is no failure.
    ///
    /// - Returns: `false` where standard output is closed or full, which was said then.
    func render(_ result: PushResult) throws -> Bool {
        do {
            if context.invocation.wantsJSON {
                try context.console.result(json: PushResultJSON(result))
            } else if let pinned = result.record.pinned {
                try context.console.result(pinned)
            }
            return true
        } catch ConsoleError.closedPipe {
            return true
        } catch ConsoleError.failed(let reason) {
            _ = context.console.fail(output: reason)
            return false
        }
    }

    /// The last resort: the record on standard error, as one line of JSON.
    private func keepOnTalk(_ result: PushResult, _ reason: String) {
        context.console.warn(
            "the push could be recorded nowhere (\(Words.shown(reason))): keep the next line, and"
                + " give it to `enclavia history import`")
        guard let line = try? JSONText.encode(PushJSON(result.record)) else { return }
        let console = context.console
        console.say(console.talk.isTerminal ? TerminalText.escape(json: line) : line)
    }
}
