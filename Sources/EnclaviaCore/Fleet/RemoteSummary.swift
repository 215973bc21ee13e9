/// What the server has of this history, as far as this machine knows.
package struct RemoteSummary: Hashable, Sendable {
    /// As typed.
    package let name: String
    /// The last sync; `nil` where there was none.
    package let state: SyncState?
    /// The events after those that the server has.
    package let unsynced: Int64
    /// When the first of them was recorded.
    package let unsyncedSince: Timestamp?

    /// What needs attention about it, if anything.
    package let attention: AttentionKind?

    package init(
        name: String, state: SyncState?, unsynced: Int64, unsyncedSince: Timestamp?,
        attention: AttentionKind?
    ) {
        self.name = name
        self.state = state
        self.unsynced = unsynced
        self.unsyncedSince = unsyncedSince
        self.attention = attention
    }
}
