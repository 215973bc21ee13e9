/// What a sync did, and where this machine's chain stands on the server.
package struct SyncResult: Hashable, Sendable {
    /// The id of the chain; `nil` where there is no event yet.
    package var chain: String?
    package var sentEvents = 0
    /// How many of the sent events completed the record of a push.
    package var sentPushes = 0
    /// The newest event that the server has of this chain, or of this machine's branch of it.
    package var lastSequence: Int64 = 0
    /// The events that the server lacks.
    package var unsynced: Int64 = 0
    /// The last event in common with another chain that goes on differently there; `nil` where there is no such chain.
    package var forkedAt: Int64?
    /// The events that the server has and this machine lacks.
    package var missing: Int64 = 0

    package init() {}

    /// Whether the server has all of this machine's events, and nothing else of the chain.
    package var isComplete: Bool { forkedAt == nil && missing == 0 }
}

/// What is known here of a server to which the history was sent.
package struct SyncState: Hashable, Sendable {
    /// The server, as typed.
    package var remote: String
    /// The newest event that the server has of this machine's chain.
    package var lastSequence: Int64
    package var forkedAt: Int64?
    package var missing: Int64
    /// When a sync was last tried.
    package var triedAt: Timestamp
    /// When a sync last sent everything; `nil` in a state to be kept leaves it as it is.
    package var syncedAt: Timestamp?
    /// Why the last sync failed; `nil` where it did not.
    package var failure: String?

    package init(
        remote: String, lastSequence: Int64, forkedAt: Int64?, missing: Int64,
        triedAt: Timestamp, syncedAt: Timestamp?, failure: String?
    ) {
        self.remote = remote
        self.lastSequence = lastSequence
        self.forkedAt = forkedAt
        self.missing = missing
        self.triedAt = triedAt
        self.syncedAt = syncedAt
        self.failure = failure
    }
}

/// Why a sync ended early.
package enum SyncError: Error, Hashable, Sendable {
    /// This machine's history cannot be read.
    case store(StoreError)
    case remote(RemoteError)
    /// The task was cancelled.
    case cancelled
}
