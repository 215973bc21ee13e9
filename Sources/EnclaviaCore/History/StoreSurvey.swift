/// The file system that holds the history, and the condition of the store.
package struct StoreSurvey: Hashable, Sendable {
    /// The state directory.
    package let directory: String
    package let fileSystem: FileSystem
    /// The space that this user may still fill there, in bytes; `nil` where the system does not report it.
    package let freeBytes: Int64?
    package let unsafeFiles: [UnsafeFile]
    package let condition: Condition
    /// The number of pushes in the spool.
    package let spooled: Int
    /// The newest part of the event log; `nil` where there is nothing to judge.
    package let eventLog: EventLogSurvey?

    package init(
        directory: String, fileSystem: FileSystem, freeBytes: Int64?, unsafeFiles: [UnsafeFile],
        condition: Condition, spooled: Int, eventLog: EventLogSurvey? = nil
    ) {
        self.directory = directory
        self.fileSystem = fileSystem
        self.freeBytes = freeBytes
        self.unsafeFiles = unsafeFiles
        self.condition = condition
        self.spooled = spooled
        self.eventLog = eventLog
    }

    /// What kind of file system it is.
    package enum FileSystem: String, Hashable, Sendable {
        case local
        /// Locks and shared memory between machines cannot be relied on.
        case network
        /// Every push waits for several slow `fsync` calls.
        case zfs
    }

    /// A file or directory that others may read or change, or that is not the user's own.
    package struct UnsafeFile: Hashable, Sendable {
        package let path: String
        package let danger: Danger

        package init(path: String, danger: Danger) {
            self.path = path
            self.danger = danger
        }
    }

    package enum Danger: Hashable, Sendable {
        /// Others may read or write it. `mode` holds the permission bits, `wanted` those it should have.
        case open(mode: UInt16, wanted: UInt16)
        case foreignOwner(uid: UInt32)
        case symbolicLink
    }

    /// The condition of the store itself.
    package enum Condition: Hashable, Sendable {
        /// There is no store yet.
        case none
        /// It can be read and written, and its newest event follows from the one before it.
        case sound(events: Int)
        case readOnly(reason: String)
        /// The newest event does not follow from the one before it.
        case brokenHead(sequence: Int64)
        case faulty(StoreError)
    }
}

/// The newest part of the event log, compared with the history.
package struct EventLogSurvey: Hashable, Sendable {
    package let path: String
    /// The events that commands have appended, and that the log does not have any more.
    package let gaps: SequenceGaps

    package init(path: String, gaps: SequenceGaps) {
        self.path = path
        self.gaps = gaps
    }
}
