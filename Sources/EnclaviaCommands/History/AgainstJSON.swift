import EnclaviaCore

/// What `history verify --json` shows of the event logs given with `--against`.
struct AgainstJSON: JSONDescribed {
    private let files: [LogFileJSON]
    private let matched: Int
    private let otherChains: Int
    private let foreign: Int
    private let damaged: Int
    private let spooled: Int
    private let duplicates: Int
    @Nullable private var firstSequence: Int64?
    @Nullable private var lastSequence: Int64?
    private let missingEvents: Int64
    private let gaps: [GapJSON]
    private let gapCount: Int
    private let differences: [LogDifferenceJSON]
    private let differenceCount: Int

    private enum CodingKeys: String, CodingKey {
        case files, matched, foreign, damaged, spooled, duplicates, gaps, differences
        case otherChains = "other_chains"
        case firstSequence = "first_sequence"
        case lastSequence = "last_sequence"
        case missingEvents = "missing_events"
        case gapCount = "gap_count"
        case differenceCount = "difference_count"
    }

    static let jsonSchema = JSONSchema.object([
        Key("files", .array(of: LogFileJSON.jsonSchema)),
        Key("matched", .count, "Lines that are events of this history, with repeated ones."),
        Key("other_chains", .count, "Lines that are events of other chains."),
        Key("foreign", .count, "Lines that are not events of enclavia."),
        Key("damaged", .count, "Lines that are parts of events, as after a crash."),
        Key("spooled", .count, "Spooled events, which are logged again with their place."),
        Key("duplicates", .count, "Lines for events that earlier lines were for."),
        Key("first_sequence", .nullable(.count), "The first event that the logs have."),
        Key("last_sequence", .nullable(.count), "The last event that the logs have."),
        Key(
            "missing_events", .count,
            "Events between the first and the last that the logs do not have."),
        Key(
            "gaps", .array(of: GapJSON.jsonSchema),
            "The ranges of those events, at most \(SequenceGaps.limit)."),
        Key("gap_count", .count, "The number of ranges, including those that are not listed."),
        Key(
            "differences", .array(of: LogDifferenceJSON.jsonSchema),
            "The lines that contradict the history, at most \(VerifyDifferences.limit)."),
        Key(
            "difference_count", .count,
            "The number of differences, including those that are not listed."),
    ])

    init(_ comparison: LogComparison) {
        files = comparison.files.map { LogFileJSON($0) }
        matched = comparison.matched
        otherChains = comparison.otherChains
        foreign = comparison.foreign
        damaged = comparison.damaged
        spooled = comparison.spooled
        duplicates = comparison.duplicates
        firstSequence = comparison.gaps.extent?.lowerBound
        lastSequence = comparison.gaps.extent?.upperBound
        missingEvents = comparison.gaps.events
        gaps = comparison.gaps.listed.map { GapJSON(first: $0.lowerBound, last: $0.upperBound) }
        gapCount = comparison.gaps.count
        differences = comparison.differences.listed.map { LogDifferenceJSON($0) }
        differenceCount = comparison.differences.count
    }
}

private struct LogFileJSON: JSONDescribed {
    @Nullable private var file: String?
    private let lines: Int
    private let unfinished: Bool

    static let jsonSchema = JSONSchema.object([
        Key("file", .nullable(.text), "As given; null for standard input."),
        Key("lines", .count),
        Key("unfinished", .boolean, "Whether the last line has no newline."),
    ])

    init(_ log: LogComparison.File) {
        file = log.file
        lines = log.lines
        unfinished = log.isUnfinished
    }
}

private struct GapJSON: JSONDescribed {
    let first: Int64
    let last: Int64

    static let jsonSchema = JSONSchema.object([Key("first", .count), Key("last", .count)])
}

private struct LogDifferenceJSON: JSONDescribed {
    private let kind: LogDifference.Kind
    @Nullable private var file: String?
    @Nullable private var line: Int?
    @Nullable private var sequence: Int64?
    private let message: String

    static let jsonSchema = JSONSchema.object([
        Key("kind", .cases(of: LogDifference.Kind.self)),
        Key("file", .nullable(.text), "As given; null for standard input."),
        Key("line", .nullable(.count), "Starting at 1; null if no line is of this history."),
        Key("sequence", .nullable(.count)), Key("message", .text),
    ])

    init(_ difference: LogDifference) {
        kind = difference.kind
        file = difference.file
        line = difference.line
        sequence = difference.sequence
        message = ErrorMessages.sentence(difference)
    }
}
