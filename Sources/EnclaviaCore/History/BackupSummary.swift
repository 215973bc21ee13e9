/// A copy of the history that was written and verified.
package struct BackupSummary: Hashable, Sendable {
    /// The copy's path.
    package let path: String
    package let pushes: Int
    package let events: Int
    /// The hash of the newest event, 64 hexadecimal digits; `nil` where the history has no event.
    package let head: String?
    /// The number of pushes in the spool, which are not in the copy.
    package let spooled: Int

    package init(path: String, pushes: Int, events: Int, head: String?, spooled: Int) {
        self.path = path
        self.pushes = pushes
        self.events = events
        self.head = head
        self.spooled = spooled
    }
}

/// Why there is no copy of the history.
package enum BackupError: Error, Hashable, Sendable {
    /// There is no history at `path` yet.
    case missing(path: String)
    /// The history cannot be read.
    case store(StoreError)
    /// The history at `path` contradicts itself, so that a copy would, too.
    case damaged(path: String, VerifyReport)
    /// A file has that name, or is beside it under a name that SQLite would take for a part of the copy.
    case exists(path: String)
    /// SQLite gives that name to a file beside a database.
    case reserved(path: String)
    /// Another process is writing a copy of that name.
    case busy(path: String)
    /// The copy cannot be written.
    case target(StoreError)
}

/// What a backup is doing.
package enum BackupStage: Hashable, Sendable {
    /// The part of the file that was copied, from 0 to 1.
    case copying(fraction: Double)
    /// The number of events that were checked so far.
    case verifying(events: Int)
}
