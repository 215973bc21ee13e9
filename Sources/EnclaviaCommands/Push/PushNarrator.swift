import EnclaviaCore

/// Says on standard error what a push does: prose, the engine's progress, warnings.
final class PushNarrator: Sendable {
    private let console: Console
    private let isQuiet: Bool
    private let progress: any ProgressView

    init(_ context: CommandContext, _ options: PushOptions) {
        console = context.console
        isQuiet = options.quiet
        progress =
            switch options.quiet ? .none : options.progress {
            case .none: SilentProgress()
            case .auto where console.talk.canRedraw:
                LineProgress(console, surroundings: context.surroundings)
            case .auto, .plain: PlainProgress(console, surroundings: context.surroundings)
            }
    }

    func say(_ notice: PushNotice) {
        switch notice {
        case .engine(let output):
            progress.show(output)
        case .warning(let warning):
            progress.pause()
            warn(warning)
        default:
            progress.pause()
            if let text = sentence(notice) { prose(text) }
            if let activity = activity(after: notice) { progress.begin(activity) }
        }
    }

    /// What the engine does while its layers are counted.
    static let pushing = "pushing"

    /// What is under way once that was said.
    private func activity(after notice: PushNotice) -> String? {
        switch notice {
        case .waiting: "waiting for another push"
        case .pushing: Self.pushing
        case .askingRegistry, .digest, .notShownYet: "asking the registry"
        case .waitingToNotify: "waiting to tell the backend"
        case .notifying: "telling the backend"
        case .repeating: "waiting to try again"
        case .loggingIn, .tagging, .engine, .renewing, .kept, .pushedOtherImage, .notified,
            .nothingWaiting, .warning:
            nil
        }
    }

    /// Leaves the terminal's line as it should be. May be called more than once.
    func end() {
        progress.end()
    }

    private func prose(_ text: String) {
        if !isQuiet { console.say(text) }
    }

    private func sentence(_ notice: PushNotice) -> String? {
        switch notice {
        case .loggingIn(let registry, let handle):
            "logging in to \(Words.shown(registry)) as \(Words.shown(handle))"
        case .waiting(let reference):
            "waiting for another push to \(reference) to end"
        case .pushing(let reference):
            "pushing \(reference)"
        case .tagging(let image, let reference):
            "tagging \(Words.shown(image)) as \(reference)"
        case .renewing(let registry):
            "the token for \(Words.shown(registry)) ran out: logging in again and pushing once more"
        case .repeating(let registry, let pause):
            "the registry \(Words.shown(registry)) could not take it just now: trying again in"
                + " \(Self.seconds(pause)) s"
        case .kept(let reference, let digest):
            "kept: \(reference) exists and holds \(digest); nothing was pushed"
        case .askingRegistry(let reference):
            "asking the registry whether \(reference) has arrived"
        case .digest(let digest):
            "Digest: \(digest)"
        case .notShownYet(let reference):
            "the registry does not show \(reference) yet: asking again"
        case .pushedOtherImage(let reference, let digest):
            "the engine pushed another image as \(reference) (\(digest)), which was given the name"
                + " meanwhile: tagging and pushing once more"
        case .waitingToNotify(let reference):
            "waiting for another push of \(reference), which is telling the backend"
        case .notified(let answer):
            NotifySentence.of(answer)
        case .nothingWaiting(let reference):
            "nothing waits for this image yet; to run it:\n"
                + "  enclavia enclave create --image \(reference.path):\(reference.tag)"
        case .engine, .notifying, .warning:
            nil
        }
    }

    private static func seconds(_ pause: Duration) -> String {
        let tenths =
            (pause.components.seconds * 10)
            + pause.components.attoseconds / 100_000_000_000_000_000
        return "\(tenths / 10).\(tenths % 10)"
    }

    private func warn(_ warning: PushWarning) {
        switch warning {
        case .engineFailed(let reference, let error, let isUnsigned):
            console.warn(Words.engineFailed(reference, error, isUnsigned: isUnsigned))
        case .tagUnknown(let reference, let error):
            console.warn(
                "what \(reference) holds before the push is unknown:"
                    + " \(Words.explain(error).message); whether the tag moves is told from this"
                    + " machine's history")
        case .labelsUnknown(let reference, let error):
            console.warn(
                "the labels of the image that \(reference) holds could not be read:"
                    + " \(Words.explain(error).message)")
        case .tagTaken(let reference, let pushed, let held):
            console.warn(
                "\(reference) holds \(held) now, not \(pushed), which this push brought there:"
                    + " another push to the tag came after it")
        case .unverified(let reference, let error):
            console.warn(
                "the digest of \(reference) could not be verified:"
                    + " \(Words.explain(error).message)")
        case .notCompared(let reference, let digest):
            console.warn(
                "\(digest) cannot be compared with the local image, whose format or platforms differ:"
                    + " if something else pushed to \(reference) through this engine meanwhile,"
                    + " push again")
        case .tagMoved(let reference, let old, let new):
            console.warn(
                "\(reference) moved from \(old) to \(new): enclaves already built keep the image"
                    + " they were built from; push a new tag to deploy a new version")
        case .notNotified(let error, let willRetry):
            let next =
                willRetry
                ? "the backend finds the push by itself, and `enclavia notify --pending` tells it now"
                : "mend that, then run `enclavia notify --pending`"
            console.warn("the backend was not notified: \(Words.explain(error).message): \(next)")
        case .notTold(let reference):
            console.warn(
                "the backend was not notified: another push of \(reference) is still telling it:"
                    + " `enclavia notify --pending` tells it later")
        case .spooled(let path, let reason, let isVolatile):
            let until = isVolatile ? " until the next restart or logout" : ""
            console.warn(
                "the history cannot be written (\(Words.shown(reason))): this push is kept in"
                    + " \(Words.shown(path))\(until), and the next command that can write takes it in"
            )
        case .store(let warning):
            console.warn(Words.sentence(warning))
        }
    }
}

/// What a backend's answer to a notification means.
enum NotifySentence {
    /// `nil` where there is nothing to say but that nothing matched.
    static func of(_ answer: NotifyAnswer) -> String? {
        var parts: [String] = []
        if !answer.triggered.isEmpty {
            parts.append(
                "started \(count(answer.triggered.count, "build")): \(list(answer.triggered))")
        }
        if !answer.staged.isEmpty {
            let ids = answer.staged.map(\.enclaveID)
            parts.append("staged \(count(ids.count, "upgrade")): \(list(ids))")
        }
        if !answer.rejectedNonUpgradable.isEmpty {
            parts.append("not upgradable: \(list(answer.rejectedNonUpgradable))")
        }
        return parts.isEmpty ? nil : parts.joined(separator: "\n")
    }

    private static func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }

    private static func list(_ ids: [String]) -> String {
        ids.map { Words.shown($0) }.joined(separator: ", ")
    }
}
