import EnclaviaCore
import EnclaviaSystem

/// What needs attention, and the command that helps, for people.
struct AttentionMessages {
    let now: Timestamp
    let out: TerminalCapabilities

    /// One line with the problem, and one with the command that helps.
    func lines(_ item: AttentionItem) -> [String] {
        let name =
            item.push.map { PushSummary($0).reference }
            ?? item.reference.map { "\($0.path):\($0.tag)" }
        let message = item.message.map { ": \($0.printable)" } ?? ""
        let subject = name.map { $0.printable + "  " } ?? ""
        return [
            "  \(subject)\(out.styled(sentence(item), style(item.kind)))\(message)",
            "      \(command(item))",
        ]
    }

    private func sentence(_ item: AttentionItem) -> String {
        let push = item.pushID.map { "push \($0.text.suffix(8))" } ?? "a push"
        let age = item.startedAt.map { " \(Age.text(of: $0, at: now))" } ?? ""
        return switch item.kind {
        case .notifyPending: "the backend was not notified of \(push) yet"
        case .notifyFailed: "the backend refused the notification of \(push)"
        case .interrupted: "\(push) was interrupted\(age)"
        case .spooled: "\(push) is in the spool, not in the history"
        case .unverified: "the registry has not confirmed the digest of \(push)"
        case .lastPushFailed: "\(push) failed\(age)"
        case .movedRemotely: "the tag was moved after \(push)"
        case .forked: "the shared history goes on differently, or has more events than this one"
        case .unsynced: "events were not sent to the shared history"
        }
    }

    private func style(_ kind: AttentionItem.Kind) -> Style {
        switch kind {
        case .notifyFailed, .lastPushFailed: .red
        case .notifyPending, .interrupted, .spooled, .unverified, .movedRemotely, .forked,
            .unsynced:
            .yellow
        }
    }

    private func command(_ item: AttentionItem) -> String {
        switch item.kind {
        case .notifyPending, .notifyFailed: "enclavia notify --pending"
        case .interrupted, .spooled, .unverified: "enclavia history reconcile"
        case .lastPushFailed: item.push.map(again) ?? "enclavia history reconcile"
        case .forked, .unsynced: "enclavia history sync"
        case .movedRemotely:
            "enclavia history import <file> from the machine that moved it, or"
                + " \(item.push.map(anew) ?? "enclavia push")"
        }
    }

    /// The command to push again: the same command where a retry may succeed, else one with a placeholder for
    /// another image.
    private func again(_ push: PushRecord) -> String {
        guard let kind = push.state.failure.flatMap({ ErrorKind(rawValue: $0.kind) }) else {
            return anew(push)
        }
        return switch kind {
        case .notLoggedIn, .unauthorized: "enclavia auth login && \(same(push))"
        // To push again without the policy would do what it forbade.
        case .digestMismatch, .tagExists, .tagNewer, .orderUnknown:
            "enclavia history show \(push.id.text.suffix(8))"
        default: kind.isRetryable ? same(push) : anew(push)
        }
    }

    private func anew(_ push: PushRecord) -> String {
        "enclavia push <local-image> \(push.destination.printable)"
    }

    /// The original command where a shell needs no quotes for it, else the one with the placeholder.
    private func same(_ push: PushRecord) -> String {
        let isPlain = push.localImage.utf8.allSatisfy {
            ReferenceGrammar.isWord($0) || "./:@-".utf8.contains($0)
        }
        guard isPlain, !push.localImage.hasPrefix("-") else { return anew(push) }
        return "enclavia push \(push.localImage) \(push.destination.printable)"
    }
}
