/// Copies the history for keeping it elsewhere.
package protocol HistoryCopier: Sendable {
    /// Writes the history as of one moment to a new file, and verifies the copy before it gets its name.
    ///
    /// - Parameter progress: called with the stage now and then.
    /// - Throws: ``BackupError``; there is no file then.
    func backup(
        to path: String, progress: (BackupStage) -> Void
    ) throws(BackupError) -> BackupSummary
}

/// Makes the tables of the history anew from its events.
package protocol HistoryRebuilder: Sendable {
    /// Replays the events beside the history, which stays as it is.
    ///
    /// - Parameters:
    ///   - options: what was kept outside of the store, which the chain must match.
    ///   - progress: called now and then.
    ///   - changed: called with each push whose rows change, in the order of the ids.
    /// - Throws: ``RebuildError``, also if the chain is broken.
    func prepare(
        _ options: VerifyOptions, progress: (RebuildStage) -> Void,
        changed: (RebuiltPush) throws -> Void
    ) throws -> any PreparedRebuild
}

/// Rebuilt tables that are not in the history yet.
package protocol PreparedRebuild {
    var summary: RebuildSummary { get }
    /// What verifying the new tables with their events found: no difference.
    var report: VerifyReport { get }
    /// Copies the history beside itself, then replaces all of its tables in one transaction, with what was recorded
    /// meanwhile.
    ///
    /// - Throws: ``RebuildError``; the history is unchanged then.
    func apply(progress: (Double) -> Void) throws(RebuildError) -> RebuildSummary
    /// Removes what was prepared.
    func discard()
}

/// Reads what can be read of a damaged history.
package protocol HistorySalvager: Sendable {
    /// Writes what can be read of the history in a file to a new file, and verifies that before it gets its name. The
    /// damaged file is only read.
    ///
    /// - Parameter progress: called with the stage now and then.
    /// - Throws: ``SalvageError``; there is no new file then.
    func salvage(
        _ path: String, to target: String, progress: (SalvageStage) -> Void
    ) throws(SalvageError) -> SalvageSummary
}
