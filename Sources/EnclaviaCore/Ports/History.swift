/// The history, read. Nothing here writes, and a store that does not exist reads as empty.
package protocol History: Sendable {
    /// Hands each matching push to `body`, in order, in constant memory.
    func forEach(
        _ query: HistoryQuery, _ body: (StoredPush) throws -> Void
    ) throws
    /// The push that `selector` names.
    func select(_ selector: PushSelector) throws(StoreError) -> PushSelection
    /// The owners of the pushes of `repository`, in `registry` where that is given.
    func owners(ofRepository repository: String, registry: String?) throws(StoreError) -> [String]
    /// The full references that a selector may mean.
    func references(_ selector: ReferenceSelector) throws(StoreError) -> [String]
    /// The newest succeeded push of the reference, by its place in the order of pushes, that counts from
    /// `moment` or before.
    ///
    /// - Parameters:
    ///   - moment: `nil` for the newest of all.
    ///   - now: an effective time after this is a clock's that was ahead. Pushes that have it from another push
    ///     count from the greatest time so far that has come.
    func push(
        of reference: ReferenceSelector, at moment: Timestamp?, now: Timestamp
    ) throws(StoreError) -> PushOfMoment
    /// Whether a push that followed `push` has brought the digest to its tag, which held another before: then
    /// `push` had not.
    func wasBroughtLater(
        _ digest: Digest, than push: PushRecord
    ) throws(StoreError) -> Bool
    /// The newest push of each reference, newest first, or of one reference alone.
    func latest(of reference: ReferenceSelector?) throws(StoreError) -> [StoredPush]
    /// Pushes that somebody should look at.
    func needingAttention() throws(StoreError) -> [AttentionItem]
    /// The store's size and state.
    func summary() throws(StoreError) -> StoreSummary
    /// Counts the matching pushes by day and repository, and hands the counts to `body`, oldest day
    /// first, in constant memory; `limit` counts for nothing.
    ///
    /// - Parameter day: names the day of a moment; asked once for each quarter of an hour, which is as
    ///   fine as time zones are.
    /// - Throws: ``StoreError``, and what `body` throws.
    func forEachDay(
        _ query: HistoryQuery, day: (Timestamp) -> String, _ body: (DayStatistics) throws -> Void
    ) throws
    /// Hands each matching push to `body` as the line that an export holds of it: its JSON text with
    /// no origin.
    func export(_ query: HistoryQuery, _ body: (String) throws -> Void) throws
    /// This machine's pushes that were interrupted and have not been settled since, oldest first.
    func unsettled() throws(StoreError) -> [PushRecord]
    /// This machine's succeeded pushes whose digest the registry has not confirmed, oldest first.
    func unverified() throws(StoreError) -> [PushRecord]
    /// This machine's succeeded pushes that have ended and that the backend has not heard of, or refused,
    /// to whatever backend and namespace: the newest push of each reference, and older ones.
    func unnotified() throws(StoreError) -> PendingNotifications
}

/// What the history knows of a reference at a moment.
package enum PushOfMoment: Sendable {
    /// The newest push that had succeeded by then.
    case known(StoredPush)
    /// None had.
    case none
    /// Nothing for certain: a prune has taken pushes that ended before a moment, and may have taken one that was
    /// newer than what is left.
    case pruned(before: Timestamp)
}

/// The pushes of one day to one repository, counted.
package struct DayStatistics: Hashable, Sendable {
    package let day: String
    /// `nil`, as ``repository``, for pushes that did not come to know where they went.
    package let owner: String?
    package let repository: String?
    package var outcomes: [PushOutcome: Int]
    /// Pushes that had something to notify of.
    package var notifications: [NotifyOutcome: Int]

    package var pushes: Int { outcomes.values.reduce(0, +) }

    package init(
        day: String, owner: String?, repository: String?, outcomes: [PushOutcome: Int] = [:],
        notifications: [NotifyOutcome: Int] = [:]
    ) {
        self.day = day
        self.owner = owner
        self.repository = repository
        self.outcomes = outcomes
        self.notifications = notifications
    }
}

/// Something that somebody should look at.
package struct AttentionItem: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        case notifyPending = "notify_pending"
        case notifyFailed = "notify_failed"
        case interrupted, spooled, unverified
        case movedRemotely = "moved_remotely"
    }

    package let kind: Kind
    package let pushID: PushID?
    package let reference: ImageReference?
    /// What the record says about it, where it says something.
    package let message: String?

    package init(kind: Kind, pushID: PushID?, reference: ImageReference?, message: String?) {
        self.kind = kind
        self.pushID = pushID
        self.reference = reference
        self.message = message
    }
}

/// The store's size and state.
package struct StoreSummary: Hashable, Sendable {
    package let path: String
    package let pushes: Int
    package let events: Int
    /// The hash of the newest event, 64 hexadecimal digits; `nil` while there is none.
    package let head: String?
    /// Whether this user could write it now.
    package let isWritable: Bool
    /// Pushes that lie in the spool.
    package let spooled: Int

    package init(
        path: String, pushes: Int, events: Int, head: String?, isWritable: Bool, spooled: Int
    ) {
        self.path = path
        self.pushes = pushes
        self.events = events
        self.head = head
        self.isWritable = isWritable
        self.spooled = spooled
    }
}
