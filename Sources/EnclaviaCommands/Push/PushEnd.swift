import EnclaviaCore
import SystemPackage

/// How a push that was made ends, for its exit code. Of several ends the first counts.
package enum PushEnd: Hashable, Sendable {
    /// The file of `--digest-file` could not be written.
    case withoutDigestFile(Errno)
    /// A signal came when the push was done.
    case ended(by: ExitStatus)
    /// It could be recorded nowhere, of which a warning was given with the record itself.
    case unrecorded
    /// Standard output did not take the result, which was said then.
    case unshown
    /// The engine failed to sign the image, of which a warning was given.
    case unsigned
    /// The backend could not be told, of which a warning was given, and `--require-notify` was given.
    case notNotified
    case done

    /// - Parameters:
    ///   - digestFile: why the digest file could not be written; `nil` where it was, or is not wanted.
    ///   - signal: the signal that came first; `nil` where none did.
    ///   - isShown: whether standard output took the result.
    package init(
        _ result: PushResult, requiresNotify: Bool, digestFile: Errno?, signal: ExitStatus?,
        isShown: Bool
    ) {
        self =
            if let digestFile {
                .withoutDigestFile(digestFile)
            } else if let signal {
                .ended(by: signal)
            } else if case .nowhere = result.keeping {
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

    /// What is still to be said, and the exit code.
    package var conclusion: (error: Explanation?, status: ExitStatus) {
        switch self {
        case .withoutDigestFile(let reason):
            (
                Explanation(.output, "the digest file could not be written: \(reason)"),
                ErrorKind.output.exitStatus
            )
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
    /// Why the push is a failure, which ends the command at once; `nil` where it was made.
    package var failure: Explanation? {
        if let error { return Words.explain(error).about(stage: error.stage, pushID: record.id) }
        guard let answer = record.notify.answer, answer.isOnlyRejection else { return nil }
        return Explanation(
            .nonUpgradable,
            "the image was pushed, but \(answer.rejectedNonUpgradable.joined(separator: ", "))"
                + " cannot be upgraded: create a new enclave for it",
            pushID: record.id)
    }
}

extension PushPreview {
    /// What the push would do to the tag; `nil` where that is unknown.
    var sentence: String? {
        let tag = reference.description
        let held = previousDigest.map { " \($0)" } ?? ""
        if action == .keep {
            return "kept: \(tag) exists and holds\(held); nothing would be pushed"
        }
        return switch tagChange {
        case .created: "would create \(tag)"
        case .unchanged: "would push \(tag), which holds this image"
        case .moved: "would move \(tag), which holds\(held)"
        case nil: nil
        }
    }
}
