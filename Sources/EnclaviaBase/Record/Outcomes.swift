/// The names of the states, as records and filters spell them.
package enum PushOutcome: String, Hashable, Sendable, Codable, CaseIterable {
    case running, succeeded, failed, cancelled, interrupted
}

/// The outcomes of a notification, as records and filters spell them.
package enum NotifyOutcome: String, Hashable, Sendable, Codable, CaseIterable {
    /// It will be retried automatically.
    case pending
    case delivered
    /// The backend refused it.
    case failed
    /// Not wanted (`--no-notify`), or superseded by a newer push of the reference.
    case skipped

    /// The word that people read: whether the backend was notified.
    package var shortText: String {
        switch self {
        case .delivered: "told"
        case .pending: "pending"
        case .failed: "refused"
        case .skipped: "skipped"
        }
    }
}

/// What needs attention, as `status --json` spells it.
package enum AttentionKind: String, Hashable, Sendable, Codable, CaseIterable {
    case notifyPending = "notify_pending"
    case notifyFailed = "notify_failed"
    case interrupted, spooled, unverified
    /// The newest attempt at a reference failed, and nothing has succeeded since.
    case lastPushFailed = "last_push_failed"
    case movedRemotely = "moved_remotely"
    /// The shared history goes on differently, or has events that are missing here.
    case forked
    /// The shared history lacks events that are over a day old, or the last sync failed.
    case unsynced
}
