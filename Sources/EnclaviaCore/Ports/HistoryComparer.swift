/// Compares event logs with the history.
package protocol HistoryComparer: Sendable {
    /// Looks up each event of the logs in the history. The logs are read in constant memory, one after the other,
    /// in any order; of a regular file, as much as it has when it is opened.
    ///
    /// - Parameters:
    ///   - logs: rotated pieces count as one log.
    ///   - progress: called with the number of lines read so far, now and then.
    /// - Throws: ``LogComparisonError``.
    func compare(
        _ logs: [EventLogSource], progress: (Int) -> Void
    ) throws(LogComparisonError) -> LogComparison
}
