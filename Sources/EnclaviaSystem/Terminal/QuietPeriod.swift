import EnclaviaCore

/// Measures how long nothing was written: in a build log, minutes without output look like a hang.
package struct QuietPeriod: Sendable {
    private let limit: Int64
    private var start: Timestamp

    /// - Parameter milliseconds: after how long a line is due.
    package init(_ milliseconds: Int64 = 30_000, since start: Timestamp) {
        limit = milliseconds
        self.start = start
    }

    /// Restarts the period, because something was written.
    package mutating func restart(at moment: Timestamp) {
        start = moment
    }

    /// Whether a line is due; if so, restarts the period.
    package mutating func isLineDue(at moment: Timestamp) -> Bool {
        guard moment.milliseconds - start.milliseconds >= limit else { return false }
        start = moment
        return true
    }
}
