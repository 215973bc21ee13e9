import EnclaviaCore

/// The time in which nothing was written: minutes of silence look like a hang in a build log.
package struct QuietPeriod: Sendable {
    private let limit: Int64
    private var start: Timestamp

    /// - Parameter milliseconds: after how long a line is due.
    package init(_ milliseconds: Int64 = 30_000, since start: Timestamp) {
        limit = milliseconds
        self.start = start
    }

    /// Begins anew, since something was written.
    package mutating func restart(at moment: Timestamp) {
        start = moment
    }

    /// Whether a line is due. Where it is, the period begins anew with that line.
    package mutating func isLineDue(at moment: Timestamp) -> Bool {
        guard moment.milliseconds - start.milliseconds >= limit else { return false }
        start = moment
        return true
    }
}
