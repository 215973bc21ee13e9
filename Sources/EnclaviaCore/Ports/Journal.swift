/// The durable record of pushes, as a push writes it.
///
/// Writing never fails a push: where the store cannot be written the events go to the spool, and
/// where that cannot be written either, the receipt says so and carries the record.
package protocol PushJournal: Sendable {
    /// Begins a push: takes its lock, which lives as long as the entry, and records the step durably.
    func begin(_ id: PushID, _ started: PushStarted) async -> any PushEntry

    /// Succeeded pushes of the same backend and namespace whose notification is pending, the newest of
    /// each reference, and the older ones of those references.
    func pendingNotifications(
        backend: String, registry: String, owner: String
    ) async throws(StoreError) -> PendingNotifications

    /// Succeeded pushes of the same backend and namespace whose digest the registry has never confirmed,
    /// oldest first, but for those that somebody holds.
    func unverified(
        backend: String, registry: String, owner: String
    ) async throws(StoreError) -> [PushRecord]

    /// Whether no newer push of the reference has succeeded on this machine by way of that backend; one that
    /// its own process has yet to compare with the registry does not count.
    func isNewest(
        _ id: PushID, of reference: ImageReference, backend: String
    ) async throws(StoreError) -> Bool

    /// The commit of the newest succeeded push of that digest that has one, of the reference before others.
    func commit(
        of digest: Digest, at reference: ImageReference
    ) async throws(StoreError) -> String?

    /// Holds a push that has ended, so that one process alone notifies of it, and reads it anew.
    ///
    /// - Returns: `nil` where somebody else holds it, its own process among them, or there is none.
    /// - Throws: ``StoreError`` where it cannot be held or read.
    func claim(_ id: PushID) async throws(StoreError) -> (any PushClaim)?

    /// Adds steps to a push that was recorded before; each list is written in one transaction. What an
    /// older attempt at a notification came to is not written over a newer one's.
    ///
    /// The receipt's record is the push's own only where it is kept in the store.
    @discardableResult
    func append(_ steps: [PushStep], to id: PushID) async -> PushReceipt

    /// Adds the `pushed` step to a push that was recorded before. What the push did to its tag follows from
    /// `before`, or is found in the same transaction.
    @discardableResult
    func appendPushed(
        digest: Digest, mediaType: String?, sizeBytes: Int64?, after before: TagBefore,
        at: Timestamp, to id: PushID
    ) async -> PushReceipt
}

/// A push that has ended, held by its lock.
package protocol PushClaim: Sendable {
    /// The record, as it is while it is held.
    var record: PushRecord { get }
    /// Whether the backend has ever answered a notification of it, with a delivery or a refusal.
    var wasAnswered: Bool { get }

    /// Lets the push's lock go.
    func release() async
}

/// One push that is being recorded.
package protocol PushEntry: Sendable {
    var id: PushID { get }
    /// The record as of the last step.
    var record: PushRecord { get async }
    /// Where the record is kept, as of the last step.
    var location: RecordLocation { get async }

    /// Adds steps, all of them in one transaction, durably, before it returns; `verified` or `notified`
    /// alone, which can be done again, may be written with the next ones.
    @discardableResult
    func append(_ steps: [PushStep]) async -> PushReceipt

    /// Adds the `pushed` step. What the push did to its tag follows from `before`, or is found in the same
    /// transaction.
    @discardableResult
    func appendPushed(
        digest: Digest, mediaType: String?, sizeBytes: Int64?, after before: TagBefore,
        at: Timestamp
    ) async -> PushReceipt

    /// Adds `finished`, with the whole record as that ending leaves it.
    @discardableResult
    func finish(_ ending: PushEnding) async -> PushReceipt

    /// Lets the push's lock go.
    func close() async
}
