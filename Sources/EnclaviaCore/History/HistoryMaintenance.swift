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

/// Why an import takes nothing, or no more.
package enum ImportError: Error, Hashable, Sendable {
    /// The first bad line, counted from 1, the field where one is to blame, and what is wrong.
    case malformed(line: Int, field: String?, detail: String)
    /// The file is something else than JSON Lines.
    case otherFormat(FileFormat)
    /// A line that was good when the file was checked is not what it was; `line` counts from 1.
    case changed(line: Int)
    /// There is no such file.
    case missing(path: String)
    case unreadable(path: String, reason: String)
    case store(StoreError)
    case cancelled
}

/// What a file may be that was meant to be JSON Lines.
package enum FileFormat: String, Hashable, Sendable, CaseIterable {
    case gzip, zstd, xz, bzip2, zip, sqlite, utf16
    /// A JSON array, as `history --json` prints.
    case array
    /// JSON whose values take several lines, as `jq .` prints.
    case prettyPrinted
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
package struct RecoverySummary: Hashable, Sendable {
    /// Pushes that were taken in from the spool.
    package var takenIn: [PushID] = []
    /// Pushes that were found dead.
    package var interrupted: [PushID] = []
    package var warnings: [StoreWarning] = []

    package init() {}
}
