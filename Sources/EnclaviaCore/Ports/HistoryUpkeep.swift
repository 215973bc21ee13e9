/// The history, changed or checked as a whole, rather than by a push.
///
/// The work is done off the caller's thread; a cancelled task ends it between two transactions.
package protocol HistoryUpkeep: Sendable {
    /// Takes in the records of a JSON Lines file, all of which is checked before any of it is taken.
    ///
    /// - Parameter progress: told now and then how far it has come.
    /// - Throws: ``ImportError``; `CancellationError` after a signal, when what was taken stays.
    func importRecords(
        from source: ImportSource, progress: @escaping @Sendable (ImportProgress) -> Void
    ) async throws -> ImportSummary

    /// Walks the chain, then compares what the tables say with a replay of the events.
    ///
    /// - Parameters:
    ///   - head: a hash noted elsewhere, 64 hexadecimal digits, which must be in the chain.
    ///   - progress: told now and then how many of how many events it has walked.
    /// - Throws: ``StoreError`` where the store cannot be read; `CancellationError` after a signal. What
    ///   is wrong with its content is in the report.
    func verify(
        head: String?, progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void
    ) async throws -> VerifyReport

    /// Blanks the events of pushes that finished before a moment, and says so in the chain.
    ///
    /// The newest succeeded push of each reference stays.
    ///
    /// - Parameter dryRun: whether nothing is changed and the answer is what would be.
    /// - Throws: ``StoreError``.
    func prune(before moment: Timestamp, dryRun: Bool) async throws(StoreError) -> PruneSummary

    /// Takes in what lies in the spool, and puts down pushes that have died as interrupted.
    ///
    /// - Throws: ``StoreError`` where the store cannot be written.
    func settleLeftovers() async throws(StoreError) -> LeftoverSummary

    /// Puts down what has been found out of a push that had died, or that nobody could verify.
    ///
    /// - Returns: the record as it is now.
    /// - Throws: ``StoreError`` where it could not be written.
    func settle(_ id: PushID, _ settlement: Settlement) async throws(StoreError) -> PushRecord
}

/// Where records to import come from.
package enum ImportSource: Hashable, Sendable {
    case file(path: String)
    case standardInput
}

/// How far an import has come.
package struct ImportProgress: Hashable, Sendable {
    package enum Phase: Hashable, Sendable {
        /// Every line is read and checked; nothing is taken yet.
        case checking
        case taking
    }

    package let phase: Phase
    /// Records so far, in this phase.
    package let records: Int
    /// Between 0 and 1, in this phase; `nil` where the end is not known.
    package let fraction: Double?

    package init(phase: Phase, records: Int, fraction: Double?) {
        self.phase = phase
        self.records = records
        self.fraction = fraction
    }
}

/// What an import came to. The counts are of lines, and add up to all of them.
package struct ImportSummary: Hashable, Sendable {
    /// Records that were not known before.
    package var imported: Int
    /// Records that a newer one took the place of.
    package var updated: Int
    /// Records that were known, as new or newer.
    package var unchanged: Int
    /// Records of this machine's own pushes, which nothing from elsewhere changes.
    package var own: Int
    package var warnings: [StoreWarning]

    package init(
        imported: Int = 0, updated: Int = 0, unchanged: Int = 0, own: Int = 0,
        warnings: [StoreWarning] = []
    ) {
        self.imported = imported
        self.updated = updated
        self.unchanged = unchanged
        self.own = own
        self.warnings = warnings
    }
}

/// Why an import took nothing, or went no further.
package enum ImportError: Error, Hashable, Sendable {
    /// The file cannot be read.
    case unreadable(source: String, reason: String)
    /// A line is no record; lines count from 1.
    case malformed(source: String, line: Int, reason: String)
    case store(StoreError)
}

/// What a check of the chain and of the tables found.
package struct VerifyReport: Hashable, Sendable {
    /// Events in the chain, blanked ones among them.
    package let events: Int
    /// Events that a prune has blanked.
    package let pruned: Int
    package let pushes: Int
    /// The hash of the newest event, 64 hexadecimal digits; `nil` while there is none.
    package let head: String?
    /// The sequence number of the event whose hash was asked for; `nil` where none was, or none has it.
    package let knownHeadAt: Int64?
    /// The first difference; `nil` where there is none.
    package let difference: VerifyDifference?

    package init(
        events: Int, pruned: Int, pushes: Int, head: String?, knownHeadAt: Int64? = nil,
        difference: VerifyDifference? = nil
    ) {
        self.events = events
        self.pruned = pruned
        self.pushes = pushes
        self.head = head
        self.knownHeadAt = knownHeadAt
        self.difference = difference
    }
}

/// The first place where the history contradicts itself.
package struct VerifyDifference: Hashable, Sendable {
    package enum Place: String, Hashable, Sendable, Codable, CaseIterable {
        /// The events: one was edited, taken out, put in or moved.
        case chain
        /// A table says something else than the events.
        case projection
        /// The hash that was noted elsewhere is not in the chain.
        case head
    }

    package let place: Place
    /// The event at fault; `nil` where it is none.
    package let sequence: Int64?
    package let pushID: PushID?
    /// The table, for a projection.
    package let table: String?
    /// What is wrong, in words.
    package let message: String

    package init(
        place: Place, sequence: Int64? = nil, pushID: PushID? = nil, table: String? = nil,
        message: String
    ) {
        self.place = place
        self.sequence = sequence
        self.pushID = pushID
        self.table = table
        self.message = message
    }
}

/// What a prune took away, or would.
package struct PruneSummary: Hashable, Sendable {
    package let before: Timestamp
    package let pushes: Int
    package let events: Int
    /// Pushes that finished before, and stay as the newest of their reference.
    package let kept: Int
    package let warnings: [StoreWarning]

    package init(
        before: Timestamp, pushes: Int, events: Int, kept: Int, warnings: [StoreWarning] = []
    ) {
        self.before = before
        self.pushes = pushes
        self.events = events
        self.kept = kept
        self.warnings = warnings
    }
}

/// What others had left undone.
package struct LeftoverSummary: Hashable, Sendable {
    /// Pushes that were taken in from the spool.
    package let takenIn: [PushID]
    /// Pushes that were found dead, and are interrupted now.
    package let interrupted: [PushID]
    package let warnings: [StoreWarning]

    package init(takenIn: [PushID], interrupted: [PushID], warnings: [StoreWarning] = []) {
        self.takenIn = takenIn
        self.interrupted = interrupted
        self.warnings = warnings
    }
}

/// What has been found out of a push.
package enum Settlement: Hashable, Sendable {
    /// The registry holds the image: the push succeeded, and its notification is pending.
    case arrived(ManifestDescriptor, at: Timestamp)
    /// The registry does not hold it.
    case failed(PushFailure, at: Timestamp)
    /// It had died before anything was sent.
    case nothingSent(at: Timestamp)
    /// The registry answered for the digest of a push that had succeeded.
    case verified(PushVerified)
}
