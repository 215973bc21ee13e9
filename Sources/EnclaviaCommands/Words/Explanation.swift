import EnclaviaCore

/// A failure in the words of its user: what `error: …` prints and what `--json` shows.
package struct Explanation: Error, Hashable, Sendable {
    package var kind: ErrorKind
    /// Lower case, no full stop, naming the thing and the next step.
    package var message: String
    /// What else may help, as a sentence of its own; `nil` where the message says it all.
    package var hint: String?
    package var stage: PushStage?
    package var pushID: PushID?
    /// Another exit code than the kind's own: a signal's.
    package var exitStatus: ExitStatus
    /// Whether the same command may succeed at another time with nothing changed.
    package var isRetryable: Bool

    /// - Parameter isRetryable: where it is other than for most errors of the kind.
    package init(
        _ kind: ErrorKind, _ message: String, hint: String? = nil, stage: PushStage? = nil,
        pushID: PushID? = nil, exitStatus: ExitStatus? = nil, isRetryable: Bool? = nil
    ) {
        self.kind = kind
        self.message = message
        self.hint = hint
        self.stage = stage
        self.pushID = pushID
        self.exitStatus = exitStatus ?? kind.exitStatus
        self.isRetryable = isRetryable ?? kind.isRetryable
    }

    func hinted(_ hint: String) -> Explanation {
        var copy = self
        copy.hint = hint
        return copy
    }

    package func about(stage: PushStage?, pushID: PushID?) -> Explanation {
        var copy = self
        copy.stage = stage
        copy.pushID = pushID
        return copy
    }
}
