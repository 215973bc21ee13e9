import EnclaviaCore
import EnclaviaSystem

/// How a push that was made ends, which decides the exit code. If several cases apply, the first counts.
package enum PushEnd: Hashable, Sendable {
    /// A file for the result could not be written.
    case withoutFile(UserError)
    /// A signal came after the push was done.
    case ended(by: ExitStatus)
    /// The push could be recorded nowhere; a warning was printed, with the record itself.
    case unrecorded
    /// Standard output did not accept the result; an error was printed.
    case unshown
    /// The engine failed to sign the image; a warning was printed.
    case unsigned
    /// The backend was not notified, and `--require-notify` was given; a warning was printed.
    case notNotified
    case done

    /// - Parameters:
    ///   - unwritten: why a file for the result could not be written; `nil` where all were, or none is wanted.
    ///   - signal: the signal that came first; `nil` where none did.
    ///   - isShown: whether standard output accepted the result.
    package init(
        _ result: PushResult, requiresNotify: Bool, unwritten: UserError?, signal: ExitStatus?,
        isShown: Bool
    ) {
        self =
            if let unwritten {
                .withoutFile(unwritten)
            } else if let signal {
                .ended(by: signal)
            } else if case .nowhere = result.location {
                .unrecorded
            } else if !isShown {
                .unshown
            } else if result.isUnsigned {
                .unsigned
            } else if requiresNotify, result.notifyError != nil {
                .notNotified
            } else {
                .done
            }
    }

    /// The error that is still to be printed, and the exit code.
    package var conclusion: (error: UserError?, status: ExitStatus) {
        switch self {
        case .withoutFile(let error): (error, error.exitStatus)
        case .ended(let signal): (nil, signal)
        case .unrecorded: (nil, .unrecorded)
        case .unshown: (nil, ErrorKind.output.exitStatus)
        case .unsigned: (nil, ErrorKind.engineUnavailable.exitStatus)
        case .notNotified: (nil, .notNotified)
        case .done: (nil, .done)
        }
    }
}

extension PushResult {
    /// The error that ends the command at once: the push failed, or every enclave refused the image; `nil`
    /// otherwise.
    package var failure: UserError? {
        if let error {
            var userError = ErrorMessages.explain(error).about(
                stage: error.stage, pushID: record.id)
            if error == .cancelled { userError.message = cancellation }
            return userError
        }
        guard let response = record.notify.response, response.isOnlyRejection else { return nil }
        return UserError(
            .nonUpgradable,
            "the image was pushed, but \(response.rejectedNonUpgradable.joined(separator: ", "))"
                + " cannot be upgraded: create a new enclave for it",
            pushID: record.id)
    }
}

extension PushResult {
    /// The message of a push that a signal cancelled.
    private var cancellation: String {
        if case .nowhere = location { return "cancelled" }
        return "cancelled; recorded as push \(MessageText.short(record.id))"
    }

    /// What the push has done, in one line.
    ///
    /// - Parameters:
    ///   - isToldOf: whether the backend was to be notified.
    ///   - stream: where the line is shown.
    func sentence(isNotified: Bool, on stream: TerminalCapabilities) -> String {
        let summary = PushSummary(record)
        let json = PushJSON(record)
        let isKept = json.isKept
        let verb = json.isExternal ? "recorded" : isKept ? "kept" : "pushed"
        let took =
            (record.finishedAt ?? record.startedAt).milliseconds - record.startedAt.milliseconds
        let change = isKept ? "nothing was pushed" : record.state.manifest.flatMap(\.change)
        let parts = [
            change.map { stream.styled($0, summary.resultStyle) },
            stream.styled(backend(isNotified), summary.backendStyle), kept,
        ].compactMap { $0 }
        return "\(verb) \(summary.reference.printable(limit: 1024)) in"
            + " \(MessageText.time(milliseconds: took)): \(parts.joined(separator: ", "))"
    }

    /// The end of the push's id, by which it is found; commands that read the history know no other name.
    private var kept: String {
        switch location {
        case .store: "push \(MessageText.short(record.id))"
        case .spool: "push \(MessageText.short(record.id)) (in the spool)"
        case .nowhere: "not recorded"
        }
    }

    private func backend(_ isNotified: Bool) -> String {
        switch record.notify.outcome {
        case .delivered: "backend told"
        case .pending: "backend could not be told, will be retried"
        case .failed: "backend refused"
        case .skipped:
            isNotified ? "backend told of a newer push" : "backend not told (--no-notify)"
        case nil: "backend not told"
        }
    }
}

extension PushedManifest {
    /// What became of the tag; `nil` where what it held before is unknown.
    fileprivate var change: String? {
        switch tagChange {
        case .created: "new tag"
        case .moved: previousDigest.map { "moved from \(MessageText.short($0))" } ?? "moved"
        case .unchanged: "same image as before"
        case nil: nil
        }
    }
}

extension PushPreview {
    /// What the push would do to the tag; `nil` where that is unknown.
    var sentence: String? {
        let tag = reference.description
        let held = previousDigest.map { " \(MessageText.short($0))" } ?? ""
        if action == .keep {
            return "kept: \(tag) exists and points at\(held); nothing would be pushed"
        }
        return switch tagChange {
        case .created: "would create \(tag)"
        case .unchanged: "would push \(tag), which points at this image"
        case .moved: "would move \(tag), which points at\(held)"
        case nil: nil
        }
    }
}
