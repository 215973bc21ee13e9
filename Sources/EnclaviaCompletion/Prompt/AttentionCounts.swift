import EnclaviaBase

/// How much needs attention, by what a prompt tells apart.
package struct AttentionCounts: Hashable, Sendable {
    /// What a prompt tells apart, in the order of the line.
    package enum Group: String, Hashable, Sendable, CaseIterable {
        case pending, failed, interrupted, spooled, unverified, remote

        /// `nil` for what only the registry can tell.
        package init?(_ kind: AttentionKind) {
            switch kind {
            case .notifyPending: self = .pending
            case .lastPushFailed, .notifyFailed: self = .failed
            case .interrupted: self = .interrupted
            case .spooled: self = .spooled
            case .unverified: self = .unverified
            case .forked, .unsynced: self = .remote
            case .movedRemotely: return nil
            }
        }

        /// What stands before the count.
        func mark(isUTF8: Bool) -> String {
            switch self {
            case .pending: isUTF8 ? "↑" : "p"
            case .failed: isUTF8 ? "!" : "f"
            case .interrupted: isUTF8 ? "~" : "i"
            case .spooled: isUTF8 ? "+" : "s"
            case .unverified: isUTF8 ? "≈" : "u"
            case .remote: isUTF8 ? "⇅" : "r"
            }
        }
    }

    private var counts: [Group: Int] = [:]

    package init() {}

    package subscript(_ group: Group) -> Int { counts[group] ?? 0 }

    /// Whether nothing needs attention.
    package var isEmpty: Bool { counts.isEmpty }

    mutating func add(_ kind: AttentionKind, _ count: Int = 1) {
        guard count > 0, let group = Group(kind) else { return }
        counts[group, default: 0] += count
    }
}
