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
    /// Each reference, that of the newest push first, or those alone that a selector means.
    ///
    /// - Parameter traced: of how many, from the first on, ``TagState/since`` is looked up.
    func tags(of reference: ReferenceSelector?, traced: Int) throws(StoreError) -> [TagState]
    /// How the reference of `push`, a push that succeeded, came to point at its digest, and how it went on.
    ///
    /// - Returns: `nil` where the history does not hold the push, or it did not succeed.
    func story(of push: PushRecord) throws(StoreError) -> TagStory?
    /// All references, that of the newest push first.
    func knownReferences() throws(StoreError) -> [ImageReference]
    /// Whether others may push what this history holds, too: it has imported records, pushes of several hosts, or
    /// pushes that a CI made.
    func hasSeveralWriters() throws(StoreError) -> Bool
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
    /// Counts the matching pushes by who made them, in the order of the names; `limit` counts for nothing.
    func countByUser(_ query: HistoryQuery) throws(StoreError) -> [UserStatistics]
    /// Hands each matching push to `body` as the line that an export holds of it: its JSON text with
    /// no origin.
    func export(_ query: HistoryQuery, _ body: (String) throws -> Void) throws
    /// This machine's pushes that were interrupted and have not been settled since, oldest first.
    func unresolved() throws(StoreError) -> [PushRecord]
    /// This machine's succeeded pushes whose digest the registry has not confirmed, oldest first.
    func unverified() throws(StoreError) -> [PushRecord]
    /// This machine's succeeded pushes that have ended and that the backend has not heard of, or refused,
    /// to whatever backend and namespace: the newest push of each reference, and older ones.
    func unnotified() throws(StoreError) -> PendingNotifications
}

/// The history, as the commands that keep it in order change it.
package protocol HistoryMaintenance: Sendable {
    /// Takes in the records of an export, whose text `source` reads, once all of them have been checked.
    ///
    /// - Parameter progress: told how far it is, now and then.
    /// - Returns: what was taken in, and why no more, where that is not all.
    /// - Throws: ``ImportError``; nothing was taken in then.
    func importRecords(
        from source: RecordSource, progress: @escaping @Sendable (ImportProgress) -> Void
    ) async throws(ImportError) -> ImportSummary

    /// What a prune of pushes finished before `moment` would take away.
    func prunable(before moment: Timestamp) throws(StoreError) -> PruneSummary
    /// Takes the events of pushes finished before `moment` away, in several transactions; the newest
    /// successful push of each reference stays.
    ///
    /// - Parameter host: the machine that prunes, for the event that tells of it.
    /// - Returns: what was taken away, and why no more, where that is not all.
    /// - Throws: ``StoreError``; nothing was taken away then.
    func prune(before moment: Timestamp, host: String?) async throws(StoreError) -> PruneSummary

    /// Takes the spool in, and puts pushes down as interrupted whose process has died.
    func recover() async throws(StoreError) -> RecoverySummary
}

/// Holds the history against its own chain.
package protocol HistoryVerifier: Sendable {
    /// Walks the chain, then compares the schema and every table but ``VerifyReport/tablesLeftOut`` with a
    /// replay of the events, and has SQLite check the file.
    ///
    /// - Parameters:
    ///   - head: a hash that was noted elsewhere, 64 hexadecimal digits, which the chain must hold.
    ///   - progress: told the number of events seen, now and then.
    /// - Throws: ``StoreError`` where the store cannot be read at all.
    func verify(
        head: String?, progress: (Int) -> Void
    ) throws(StoreError) -> VerifyReport
}

/// The history's events, read. Nothing here writes, and a history that does not exist has none.
///
/// A feed keeps its view of the store between calls, so that ``version()`` can tell of others' changes.
package protocol EventFeed: Sendable {
    /// The next events that `query` wants, oldest first.
    ///
    /// - Parameters:
    ///   - sequence: events up to this one have been seen; 0 before the first.
    ///   - limit: the most events that one page holds, so that no page is held for long.
    func page(
        _ query: EventQuery, after sequence: Int64, limit: Int
    ) throws(StoreError) -> EventPage

    /// The place of the newest event; 0 where there is none.
    func newest() throws(StoreError) -> Int64

    /// What is another value whenever the history may have changed.
    func version() throws(StoreError) -> FeedVersion
}
