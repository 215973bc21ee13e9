/// The history, as the commands that keep it in order change it.
package protocol HistoryKeeper: Sendable {
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
    func settle() async throws(StoreError) -> SettleSummary
}

/// Where an import reads from.
package enum RecordSource: Hashable, Sendable {
    case file(path: String)
    /// A descriptor that is open for reading; it is read once and not closed.
    case descriptor(Int32)
}

/// How far an import is.
package struct ImportProgress: Hashable, Sendable {
    package enum Phase: Hashable, Sendable {
        case checking, taking
    }

    package let phase: Phase
    package let bytes: Int64
    /// The size of all that is to be read.
    package let totalBytes: Int64
    package let records: Int

    package init(phase: Phase, bytes: Int64, totalBytes: Int64, records: Int) {
        self.phase = phase
        self.bytes = bytes
        self.totalBytes = totalBytes
        self.records = records
    }
}

/// What an import came to, in records.
package struct ImportSummary: Hashable, Sendable {
    package var read = 0
    package var added = 0
    /// Records that a newer revision has replaced.
    package var replaced = 0
    /// Records that the history has already, in this revision or a newer one.
    package var known = 0
    /// Records of pushes that this machine made itself, which are never changed.
    package var own = 0
    package var warnings: [StoreWarning] = []
    /// Why it ended before its end; what is counted was taken in, and running it again takes the rest.
    package var failure: ImportError?

    package init() {}
}

/// What a prune takes away.
package struct PruneSummary: Hashable, Sendable {
    package var pushes: Int
    package var events: Int
    package var warnings: [StoreWarning]
    /// Why a prune ended before its end; what is counted was taken away, and running it again takes the rest.
    package var failure: StoreError?

    package init(pushes: Int = 0, events: Int = 0, warnings: [StoreWarning] = []) {
        self.pushes = pushes
        self.events = events
        self.warnings = warnings
    }
}

/// What pushes had left undone.
package struct SettleSummary: Hashable, Sendable {
    /// Pushes that were taken in from the spool.
    package var takenIn: [PushID] = []
    /// Pushes that were found dead.
    package var interrupted: [PushID] = []
    package var warnings: [StoreWarning] = []

    package init() {}
}
