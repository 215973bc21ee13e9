/// An event log that the history is compared with.
package struct EventLogSource: Hashable, Sendable {
    /// The file as typed; `nil` for standard input.
    package let file: String?
    package let source: RecordSource

    package init(file: String?, source: RecordSource) {
        self.file = file
        self.source = source
    }
}

/// What a comparison of event logs with the history has found.
package struct LogComparison: Hashable, Sendable {
    /// One of the logs, or rotated pieces of a log.
    package struct File: Hashable, Sendable {
        /// As typed; `nil` for standard input.
        package let file: String?
        package let lines: Int
        /// Whether its last line has no newline.
        package let isUnfinished: Bool

        package init(_ file: String?, lines: Int, isUnfinished: Bool) {
            self.file = file
            self.lines = lines
            self.isUnfinished = isUnfinished
        }
    }

    package var files: [File] = []
    /// Lines that are events of this history, with repeated ones.
    package var matched = 0
    /// Lines that are events of other chains.
    package var otherChains = 0
    /// Lines that are no events.
    package var foreign = 0
    /// Lines that are parts of events: after a crash, or a power loss.
    package var damaged = 0
    /// Events without a place in a chain, which were spooled; they are logged again once they have one.
    package var spooled = 0
    /// Lines of this chain for an event that an earlier line was for.
    package var duplicates = 0
    /// The events between the first and the last that the logs have, which the logs do not have.
    package var gaps = SequenceGaps()
    package var differences = LogDifferences()

    package init() {}
}

/// Events that are missing between others.
package struct SequenceGaps: Hashable, Sendable {
    /// The greatest number of gaps that are listed.
    package static let limit = 50

    /// The first and the last event that are there; `nil` where there is none.
    package var extent: ClosedRange<Int64>?
    package private(set) var listed: [ClosedRange<Int64>] = []
    /// The number of gaps, including those that are not listed.
    package private(set) var count = 0
    /// The number of missing events.
    package private(set) var events: Int64 = 0

    package init() {}

    package mutating func add(_ gap: ClosedRange<Int64>) {
        count += 1
        events += gap.upperBound - gap.lowerBound + 1
        if listed.count < Self.limit { listed.append(gap) }
    }
}

/// A line of an event log that contradicts the history.
package struct LogDifference: Hashable, Sendable {
    package enum Kind: String, Encodable, Hashable, Sendable, CaseIterable {
        /// The history does not have the event.
        case missing
        /// The event was lost when the history was salvaged.
        case lost
        /// The history has another event in its place.
        case event
        /// The line has the source of this chain, but no valid place in it.
        case place
        /// No line of any log is of this chain.
        case nothing
    }

    package let kind: Kind
    /// The file as typed; `nil` for standard input, and where no line differs.
    package var file: String?
    /// Counted from 1; `nil` where no line differs.
    package var line: Int?
    /// The event's place; `nil` where it has none.
    package var sequence: Int64?

    package init(
        _ kind: Kind, file: String? = nil, line: Int? = nil, sequence: Int64? = nil
    ) {
        self.kind = kind
        self.file = file
        self.line = line
        self.sequence = sequence
    }
}

/// Differences: the first are listed, and all are counted.
package struct LogDifferences: Hashable, Sendable {
    package private(set) var listed: [LogDifference] = []
    /// The number of differences, including those that are not listed.
    package private(set) var count = 0

    package init() {}

    package mutating func add(_ difference: LogDifference) {
        count += 1
        if listed.count < VerifyDifferences.limit { listed.append(difference) }
    }
}

/// Why event logs cannot be compared.
package enum LogComparisonError: Error, Hashable, Sendable {
    /// There is no such file, as typed.
    case missing(file: String?)
    case unreadable(file: String?, reason: String)
    /// The file is not an event log, but this format.
    case otherFormat(FileFormat, file: String?)
    case store(StoreError)
    case cancelled
}
