/// Reads the history. Nothing here writes, and a store that does not exist reads as empty.
package protocol History: PushCounting {
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
    /// The newest succeeded push of the reference, in the order of pushes, whose effective time is `moment` or
    /// earlier.
    ///
    /// - Parameters:
    ///   - moment: `nil` for the newest of all.
    ///   - now: an effective time after this comes from a clock that was ahead. Pushes that inherit it from another
    ///     push count from the greatest earlier effective time that is not after `now`.
    func push(
        of reference: ReferenceSelector, at moment: Timestamp?, now: Timestamp
    ) throws(StoreError) -> PushOfMoment
    /// Whether a later push than `push` created the tag at the digest or moved it there: then `push` had not.
    func wasPushedLater(
        _ digest: Digest, than push: PushRecord
    ) throws(StoreError) -> Bool
    /// The newest push of each reference, or of one reference alone, newest first.
    func latest(of reference: ReferenceSelector?) throws(StoreError) -> [StoredPush]
    /// The state of each reference, or of those that `reference` matches; the reference of the newest push comes
    /// first.
    ///
    /// - Parameters:
    ///   - traced: the number of references, from the first, for which ``TagState/since`` is looked up.
    ///   - limit: the greatest number of references; `nil` for all.
    func tags(
        of reference: ReferenceSelector?, traced: Int, limit: Int?
    ) throws(StoreError) -> [TagState]
    /// The number of references, or of those that `reference` matches.
    func tagCount(of reference: ReferenceSelector?) throws(StoreError) -> Int
    /// Of the newest pushes of all references, or of those that `reference` matches, the first that was made on this
    /// machine, and for `backend` where that is given.
    func newestOwn(
        of reference: ReferenceSelector?, backend: String?
    ) throws(StoreError) -> StoredPush?
    /// How the reference of `push`, a push that succeeded, came to point at its digest, and what followed.
    ///
    /// - Returns: `nil` where the history does not hold the push, or it did not succeed.
    func timeline(of push: PushRecord) throws(StoreError) -> TagTimeline?
    /// All references; that of the newest push comes first.
    func knownReferences() throws(StoreError) -> [ImageReference]
    /// Whether others may push to this history's references, too: it holds imported records, pushes of several
    /// hosts, or pushes by CI.
    func hasSeveralWriters() throws(StoreError) -> Bool
    /// Pushes that need attention.
    func needingAttention() throws(StoreError) -> [AttentionItem]
    /// The store's size and state.
    func summary() throws(StoreError) -> StoreSummary

    /// What is known of a server that the history is sent to.
    ///
    /// - Parameter name: the server, as typed; `nil` for the one that was tried last.
    /// - Returns: `nil` where no name is given and none was tried.
    func remote(named name: String?) throws(StoreError) -> RemoteSummary?
    /// Passes each matching push to `body` as a line of an export: its JSON text without the origin.
    func export(_ query: HistoryQuery, _ body: (String) throws -> Void) throws
    /// This machine's pushes that were interrupted and are not resolved yet, oldest first.
    func unresolved() throws(StoreError) -> [PushRecord]
    /// This machine's succeeded pushes whose digest the registry has not confirmed, oldest first.
    func unverified() throws(StoreError) -> [PushRecord]
    /// This machine's succeeded pushes that have ended and whose notification is pending or was refused, for any
    /// backend and namespace: the newest push of each reference, and older ones.
    func unnotified() throws(StoreError) -> PendingNotifications
}

/// Counts pushes.
package protocol PushCounting: Sendable {
    /// Counts the matching pushes by day, and passes the counts on, the oldest day first, so that only names and
    /// the newest days are held in memory; `limit` is ignored.
    ///
    /// - Parameters:
    ///   - isByRepository: whether the repositories of a day are counted separately.
    ///   - day: returns the name of a moment's day; called once for each quarter of an hour, since offsets of time
    ///     zones are multiples of that.
    ///   - passes: each receives all counts, one after the other, as of the same moment.
    /// - Throws: ``StoreError``, and what a pass throws.
    func forEachDay(
        _ query: HistoryQuery, isByRepository: Bool, day: (Timestamp) -> String,
        _ passes: [(DayStatistics) throws -> Void]
    ) throws
    /// Counts the matching pushes by user, in any order; `limit` is ignored.
    func countByUser(_ query: HistoryQuery) throws(StoreError) -> [UserStatistics]
}

/// Changes the history for the commands that maintain it.
package protocol HistoryMaintenance: Sendable {
    /// Imports the records of an export, which it reads from `source`, after it has checked all of them.
    ///
    /// - Parameter progress: called with the progress now and then.
    /// - Returns: what was imported, and why the import ended early, if it did.
    /// - Throws: ``ImportError``; nothing was imported then.
    func importRecords(
        from source: RecordSource, progress: @escaping @Sendable (ImportProgress) -> Void
    ) async throws(ImportError) -> ImportSummary

    /// What a prune of pushes finished before `moment` would delete.
    func prunable(before moment: Timestamp) throws(StoreError) -> PruneSummary
    /// Deletes the events of pushes finished before `moment`, in several transactions; the newest successful push
    /// of each reference stays.
    ///
    /// - Parameter host: the machine that prunes, for the event that records it.
    /// - Returns: what was deleted, and why the prune ended early, if it did.
    /// - Throws: ``StoreError``; nothing was deleted then.
    func prune(before moment: Timestamp, host: String?) async throws(StoreError) -> PruneSummary

    /// Moves the spooled events into the store, and marks pushes whose process has crashed as interrupted.
    func recover() async throws(StoreError) -> RecoverySummary
}

/// Verifies the history against its hash chain.
package protocol HistoryVerifier: Sendable {
    /// Walks the chain, then compares the schema and every table but ``VerifyReport/tablesLeftOut`` with a
    /// replay of the events, and has SQLite check the file.
    ///
    /// - Parameters:
    ///   - options: what was kept outside of the store, to compare the history with.
    ///   - progress: called with the number of events read so far, now and then.
    /// - Throws: ``StoreError`` where the store cannot be read at all.
    func verify(
        _ options: VerifyOptions, progress: (Int) -> Void
    ) throws(StoreError) -> VerifyReport
}

extension HistoryVerifier {
    /// Like ``verify(_:progress:)``, with no more than a hash that was noted outside the store.
    package func verify(
        head: String?, progress: (Int) -> Void
    ) throws(StoreError) -> VerifyReport {
        try verify(VerifyOptions(head: head), progress: progress)
    }
}

/// Reads the history's events. Nothing here writes, and a history that does not exist has no events.
///
/// A feed keeps its connection to the store between calls, so that ``version()`` detects other processes' changes.
package protocol EventFeed: Sendable {
    /// The next events that match `query`, oldest first.
    ///
    /// - Parameters:
    ///   - sequence: the sequence number of the last event seen; 0 before the first.
    ///   - limit: the greatest number of events in one page, which bounds what is held in memory.
    func page(
        _ query: EventQuery, after sequence: Int64, limit: Int
    ) throws(StoreError) -> EventPage

    /// The sequence number of the newest event; 0 where there is none.
    func newest() throws(StoreError) -> Int64

    /// A value that changes whenever the history may have changed.
    func version() throws(StoreError) -> FeedVersion
}

/// Reads what a report shows. Nothing here writes, and a history that does not exist is empty.
package protocol HistoryReporter: Sendable {
    /// What a report shows of the pushes that match `query`, whose limit and order are ignored, as of one moment.
    ///
    /// - Parameter zone: of the periods.
    func report(_ query: HistoryQuery, in zone: LocalZone) throws(StoreError) -> HistoryReport
}
