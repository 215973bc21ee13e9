import EnclaviaCore
import EnclaviaSystem

/// The short texts for a push in tables, `status`, `history at` and `push`, and their colours.
struct PushSummary {
    private let outcome: PushOutcome
    private let tagChange: TagChange?
    private let isKept: Bool
    private let notify: NotifyOutcome?
    private let context: PushContext
    private let name: String?
    private let destination: String

    init(_ push: PushRecord) { self.init(PushJSON(push)) }

    init(_ push: PushJSON) {
        outcome = push.outcome
        tagChange = push.tagChange
        isKept = push.isKept
        notify = push.notify.outcome
        context = push.context
        name = push.repository.map { "\(push.owner ?? "")/\($0):\(push.tag ?? "")" }
        destination = push.destination
    }

    /// `owner/repo:tag`, or the destination as it was typed where that is not known.
    var reference: String { name ?? destination }

    /// What became of the tag: `new`, `moved`, `same`, `kept`, or `pushed` where what it had before is not
    /// known; else how the push ended.
    var result: String {
        guard outcome == .succeeded else { return outcome.rawValue }
        if isKept { return "kept" }
        return switch tagChange {
        case .created: "new"
        case .moved: "moved"
        case .unchanged: "same"
        case nil: "pushed"
        }
    }

    /// A tag that moved stands out, in the same colour as a cancelled push.
    var resultStyle: Style {
        switch outcome {
        case .succeeded: tagChange == .moved ? .yellow : .green
        case .running: .blue
        case .failed: .red
        case .cancelled, .interrupted: .yellow
        }
    }

    /// Whether the backend was notified: `told`, `pending`, `refused`, `skipped`, or `-` where there was nothing
    /// to notify of.
    var backend: String { Self.backend(notify) }

    var backendStyle: Style? {
        switch notify {
        case .failed: .red
        case .pending: .yellow
        case .delivered, .skipped, nil: nil
        }
    }

    static func backend(_ outcome: NotifyOutcome?) -> String {
        outcome?.shortText ?? "-"
    }

    /// The CI's actor, else the user of the operating system, or `-`.
    var who: String { context.actor ?? "-" }
}
