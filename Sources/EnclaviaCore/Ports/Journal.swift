/// The durable record of pushes, as a push writes it.
///
/// Writing never fails a push: where the store cannot be written the events go to the spool, and
/// where that cannot be written either, the receipt says so and carries the record.
package protocol PushJournal: Sendable {
    /// Begins a push: takes its lock, which the entry holds, and records the step durably.
    func begin(_ id: PushID, _ started: PushStarted) async -> any PushEntry

    /// Records a push that another tool has made, up to its digest, in one transaction: a crash leaves either
    /// nothing or a push that has succeeded. Takes its lock, as ``begin(_:_:)`` does.
    ///
    /// The change of the tag is looked up in the history, and stays unknown if that has no earlier push of the
    /// reference.
    func record(
        _ id: PushID, _ started: PushStarted, _ known: PushAuthenticated, _ manifest: PushedManifest
    ) async -> any PushEntry

    /// Succeeded pushes of the same backend and namespace whose notification is pending, the newest of
    /// each reference, and the older ones of those references.
    func pendingNotifications(
        backend: String, registry: String, owner: String
    ) async throws(StoreError) -> PendingNotifications

    /// Succeeded pushes of the same backend and namespace whose digest the registry has never confirmed, oldest
    /// first, except those whose lock is held.
    func unverified(
        backend: String, registry: String, owner: String
    ) async throws(StoreError) -> [PushRecord]

    /// Whether no newer push of the reference has succeeded on this machine through that backend. A push that its
    /// own process has not compared with the registry yet does not count.
    func isNewest(
        _ id: PushID, of reference: ImageReference, backend: String
    ) async throws(StoreError) -> Bool

    /// The commit of the newest succeeded push of that digest that has one, of the reference before others.
    func commit(
        of digest: Digest, at reference: ImageReference
    ) async throws(StoreError) -> String?

    /// Locks a push that has ended, so that only one process sends its notification, and rereads its record.
    ///
    /// - Returns: `nil` where another process holds it, such as the push's own, or where there is no such push.
    /// - Throws: ``StoreError`` where it cannot be locked or read.
    func claim(_ id: PushID) async throws(StoreError) -> (any PushClaim)?

    /// Adds steps to a recorded push; each list is written in one transaction. The outcome of an older notification
    /// attempt does not overwrite that of a newer one.
    ///
    /// The receipt's record is the push's own only if the store holds it.
    @discardableResult
    func append(_ steps: [PushStep], to id: PushID) async -> PushReceipt

    /// Adds the `pushed` step to a recorded push. The tag change follows from `before`; where that is
    /// ``TagBefore/history``, it is looked up in the same transaction.
    @discardableResult
    func appendPushed(
        digest: Digest, mediaType: String?, sizeBytes: Int64?, after before: TagBefore,
        at: Timestamp, to id: PushID
    ) async -> PushReceipt
}

/// A push that has ended, locked by this process.
package protocol PushClaim: Sendable {
    /// The record as of the claim.
    var record: PushRecord { get }
    /// Whether the backend has ever answered a notification of it, with a delivery or a refusal.
    var hadResponse: Bool { get }

    /// Releases the push's lock.
    func release() async
}

/// One push that is being recorded.
package protocol PushEntry: Sendable {
    var id: PushID { get }
    /// The record as of the last step.
    var record: PushRecord { get async }
    /// Where the record is kept, as of the last step.
    var location: RecordLocation { get async }

    /// Adds steps, all of them in one transaction, durably, before it returns. A single `verified` or `notified`,
    /// which can be repeated, may be written together with the next steps.
    @discardableResult
    func append(_ steps: [PushStep]) async -> PushReceipt

    /// Adds the `pushed` step. The tag change follows from `before`; where that is ``TagBefore/history``, it is
    /// looked up in the same transaction.
    @discardableResult
    func appendPushed(
        digest: Digest, mediaType: String?, sizeBytes: Int64?, after before: TagBefore,
        at: Timestamp
    ) async -> PushReceipt

    /// Adds `finished`, with the whole record as that ending leaves it.
    @discardableResult
    func finish(_ ending: PushEnding) async -> PushReceipt

    /// Releases the push's lock.
    func close() async
}
