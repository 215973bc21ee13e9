/// The result of an attempt to record.
package struct PushReceipt: Hashable, Sendable {
    package let record: PushRecord
    package let location: RecordLocation
    /// The hash of the chain's newest event right after these steps, 64 hexadecimal digits; `nil` where they are
    /// not in the store.
    package let head: String?
    /// Problems that do not affect the record, and that no earlier receipt has reported.
    package let warnings: [StoreWarning]

    package init(
        record: PushRecord, location: RecordLocation, head: String? = nil,
        warnings: [StoreWarning] = []
    ) {
        self.record = record
        self.location = location
        self.head = head
        self.warnings = warnings
    }
}

/// Where a record is kept.
package enum RecordLocation: Hashable, Sendable {
    case store
    /// The store could not be written, so the events are in the file at `path`.
    ///
    /// - Parameter isVolatile: whether that is in the runtime directory, which a restart or the last logout empties.
    case spool(path: String, reason: String, isVolatile: Bool)
    /// Neither the store nor the spool could be written.
    case nowhere(reason: String)
}

/// A problem that does not affect the record.
package enum StoreWarning: Hashable, Sendable {
    /// Lines are missing from the event log at `path`.
    case eventLog(path: String, StoreError)
    /// A spooled push could not be moved into the store, and stays in the spool.
    case spool(path: String, reason: String)
    /// A part of a spool file could not be read; it was kept in the file at `path`, and the other events were moved
    /// into the store.
    case damagedSpool(path: String)
    /// The history's database was moved away without its log `name`, which holds its newest records and was kept in
    /// the file at `path`.
    case orphanedLog(path: String, name: String)
    /// Others than the user may write to the history's directory.
    case openDirectory(path: String, mode: UInt16)
    /// Texts that were pruned are still in the write-ahead log at `path`, because another process reads it.
    case prunedTexts(path: String)
    /// The last line of the kept checkpoints at `path` was incomplete, and was removed.
    case tornCheckpoint(path: String)
    /// The history could not be read for earlier pushes whose notification is still to be sent.
    case pending(StoreError)
    /// The backend was not notified of earlier pushes, since the history may have come with a checkout.
    case tracked(TrackingCheckout)
}

/// A checkout that holds the state directory.
package struct TrackingCheckout: Hashable, Sendable {
    /// The state directory.
    package let state: String
    /// The checkout's top directory.
    package let checkout: String
    /// Whether git said that the checkout tracks the history; `false` where git could not answer.
    package let isCertain: Bool

    package init(state: String, checkout: String, isCertain: Bool) {
        self.state = state
        self.checkout = checkout
        self.isCertain = isCertain
    }
}
