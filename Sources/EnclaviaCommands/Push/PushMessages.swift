import EnclaviaCore

/// What is printed during a push.
enum PushMessage {
    case progress(EngineOutput)
    case warning(String)
    /// A line that `--quiet` omits, and the activity that begins then, phrased to follow "still".
    case prose(String?, then: String? = nil)
}

extension PushProgress {
    /// The activity in which the engine counts layers.
    static let pushing = "pushing"

    var message: PushMessage {
        switch self {
        case .engine(let output):
            .progress(output)
        case .warning(let warning):
            .warning(warning.sentence)
        case .loggingIn(let registry, let handle):
            .prose("logging in to \(registry.printable) as \(handle.printable)")
        case .waiting(let reference):
            .prose(
                "waiting for another push to \(reference) to finish",
                then: "waiting for another push")
        case .pushing(let reference):
            .prose("pushing \(reference)", then: Self.pushing)
        case .tagging(let image, let reference):
            .prose("tagging \(image.printable) as \(reference)")
        case .renewing(let registry):
            .prose(
                "the token for \(registry.printable) expired: logging in and pushing again"
            )
        case .retrying(let registry, let pause):
            .prose(
                "the registry \(registry.printable) failed temporarily: trying again in"
                    + " \(Self.seconds(pause)) s", then: "waiting to try again")
        case .kept:
            // The result shows what the tag holds, and the last line that the push kept it.
            .prose(nil)
        case .queryingRegistry(let reference):
            .prose(
                "querying the registry for \(reference)", then: "querying the registry")
        case .confirming(let count):
            .prose("querying the registry for \(count) images", then: "querying the registry")
        case .digest:
            .prose(nil, then: "querying the registry")
        case .notShownYet(let reference):
            .prose(
                "the registry does not have \(reference) yet: querying it again",
                then: "querying the registry")
        case .tagElsewhere(let reference):
            .prose(
                "\(reference) does not point at the digest yet: querying the registry again",
                then: "querying the registry")
        case .pushedOtherImage(let reference, let digest):
            .prose(
                "the engine pushed another image as \(reference) (\(digest)), which was tagged with that"
                    + " name meanwhile: tagging and pushing again")
        case .waitingToNotify(let reference):
            .prose(
                "waiting for another push of \(reference), which is notifying the backend",
                then: "waiting to notify the backend")
        case .notifying:
            .prose(nil, then: "notifying the backend")
        case .notified(let response):
            .prose(response.sentence)
        case .noEnclaveWaiting(let reference):
            .prose(ErrorMessages.noEnclaveWaits(for: reference))
        }
    }

    private static func seconds(_ pause: Duration) -> String {
        let tenths =
            (pause.components.seconds * 10)
            + pause.components.attoseconds / 100_000_000_000_000_000
        return "\(tenths / 10).\(tenths % 10)"
    }
}

extension PushWarning {
    var sentence: String {
        switch self {
        case .engineFailed(let reference, let error, let isUnsigned):
            engineFailed(reference, error, isUnsigned)
        case .tagUnknown(let reference, let error):
            "what \(reference) pointed at before the push is unknown:"
                + " \(ErrorMessages.explain(error).message); whether the tag moves is determined from this"
                + " machine's history"
        case .labelsUnknown(let reference, let error):
            "the labels of the image that \(reference) points at could not be read:"
                + " \(ErrorMessages.explain(error).message)"
        case .tagOverwritten(let reference, let pushed, let held):
            "\(reference) now points at \(held), not at \(pushed) from this push: another push has"
                + " moved the tag since"
        case .unverified(let reference, let error):
            "the digest of \(reference) could not be verified:"
                + " \(ErrorMessages.explain(error).message)"
        case .notCompared(let reference, let digest):
            "\(digest) cannot be compared with the local image, whose format or platforms differ:"
                + " if something else pushed to \(reference) through this engine meanwhile,"
                + " push again"
        case .tagMoved(let reference, from: let old, to: _):
            "\(reference) moved from \(MessageText.short(old)): enclaves already built keep the image they were"
                + " built from; push a new tag to deploy a new version"
        case .notNotified(let error, let willRetry):
            "the backend was not notified: \(ErrorMessages.explain(error).message): "
                + (willRetry
                    ? "the backend will find the push by itself, and `enclavia notify --pending` notifies"
                        + " it now"
                    : "fix that, then run `enclavia notify --pending`")
        case .notificationDeferred(let reference):
            "the backend was not notified: another push of \(reference) is still notifying it:"
                + " `enclavia notify --pending` notifies it later"
        case .notTold(let count):
            "the backend was not notified of \(MessageText.count(count, "further image", "further images")):"
                + " `enclavia notify --pending` notifies it now"
        case .spooled(let path, let reason, let isVolatile):
            "the history cannot be written (\(reason.printable)): this push is kept in"
                + " \(path.printable)\(isVolatile ? ErrorMessages.untilRestart : ""), and the next command"
                + " that can write to the history adds it"
        case .store(let warning):
            ErrorMessages.sentence(warning)
        }
    }

    /// A failure of the engine where the image is in the registry nevertheless.
    private func engineFailed(
        _ reference: ImageReference, _ error: EngineError, _ isUnsigned: Bool
    ) -> String {
        let cause =
            switch error {
            case .failed(_, _, let output), .failedAfterPush(_, _, let output),
                .busy(_, let output, _):
                MessageText.lastLine(output)
            case .notInstalled, .unusableProgram, .unavailable, .problem, .imageNotFound,
                .loginFailed, .denied, .rejected, .badOutput, .wantsTerminal,
                .ignoresConfiguration, .noPrivateDirectory, .configuration:
                ErrorMessages.explain(error, stage: .push).message
            }
        return isUnsigned
            ? "\(reference) is in the registry without a signature, which DOCKER_CONTENT_TRUST"
                + " requires: \(cause)"
            : "\(reference) is in the registry, but the engine failed: \(cause)"
    }
}
