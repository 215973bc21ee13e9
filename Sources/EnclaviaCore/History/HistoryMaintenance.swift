/// Where an import reads from.
package enum RecordSource: Hashable, Sendable {
    case file(path: String)
    /// A descriptor that is open for reading; it is read once and not closed.
    case descriptor(Int32)
}

/// The progress of an import.
package struct ImportProgress: Hashable, Sendable {
    package enum Phase: Hashable, Sendable {
        case checking, taking
    }

    package let phase: Phase
    package let bytes: Int64
    /// The size of the whole input.
    package let totalBytes: Int64
    package let records: Int

    package init(phase: Phase, bytes: Int64, totalBytes: Int64, records: Int) {
        self.phase = phase
        self.bytes = bytes
        self.totalBytes = totalBytes
        self.records = records
    }
}

/// The result of an import, in numbers of records.
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
    /// Why it ended early; what is counted was imported, and running it again imports the rest.
    package var failure: ImportError?

    package init() {}
}

/// Why an import failed, or ended early.
package enum ImportError: Error, Hashable, Sendable {
    /// The first bad line, counted from 1, the field if one is at fault, and what is wrong.
    case malformed(line: Int, field: String?, detail: String)
    /// The file is not JSON Lines, but this format.
    case otherFormat(FileFormat)
    /// A line has changed since the file was checked; `line` counts from 1.
    case changed(line: Int)
    /// There is no such file.
    case missing(path: String)
    case unreadable(path: String, reason: String)
    case store(StoreError)
    case cancelled
}

/// What a file may be that should be JSON Lines.
package enum FileFormat: String, Hashable, Sendable, CaseIterable {
    case gzip, zstd, xz, bzip2, zip, sqlite, utf16
    /// A JSON array, as `history --json` prints.
    case array
    /// JSON whose values take several lines, as `jq .` prints.
    case prettyPrinted
}

/// What a prune deletes.
package struct PruneSummary: Hashable, Sendable {
    package var pushes: Int
    package var events: Int
    package var warnings: [StoreWarning]
    /// Why a prune ended early; what is counted was deleted, and running it again deletes the rest.
    package var failure: StoreError?

    package init(pushes: Int = 0, events: Int = 0, warnings: [StoreWarning] = []) {
        self.pushes = pushes
        self.events = events
        self.warnings = warnings
    }
}

/// The result of a recovery.
package struct RecoverySummary: Hashable, Sendable {
    /// Pushes that were moved from the spool into the store.
    package var recoveredPushes: [PushID] = []
    /// Pushes whose process had crashed.
    package var interrupted: [PushID] = []
    package var warnings: [StoreWarning] = []

    package init() {}
}
