import EnclaviaCore

/// What `history verify --json` shows, `schema_version` 1.
struct VerifyJSON: JSONDescribed {
    private let schemaVersion = 1
    @Nullable private var isIntact: Bool?
    private let path: String
    private let events: Int
    private let pruned: Int
    private let pushes: Int
    @Nullable private var imported: Int?
    @Nullable private var oldest: Timestamp?
    @Nullable private var head: String?
    @Nullable private var notedSequence: Int64?
    private let checkpoints: [CheckpointResultJSON]
    private let salvaged: [SalvagedEventJSON]
    private let tablesCompared: Bool
    private let tablesLeftOut = VerifyReport.tablesLeftOut
    @Nullable private var difference: DifferenceJSON?
    private let differences: [DifferenceJSON]
    private let differenceCount: Int
    @Nullable private var against: AgainstJSON?

    private enum CodingKeys: String, CodingKey {
        case isIntact = "intact"
        case path, events, pruned, pushes, imported, head, checkpoints, difference, differences
        case against, salvaged
        case oldest = "oldest_event_at"
        case differenceCount = "difference_count"
        case schemaVersion = "schema_version"
        case notedSequence = "noted_sequence"
        case tablesCompared = "tables_compared"
        case tablesLeftOut = "tables_left_out"
    }

    static let jsonSchema = JSONSchema.object([
        JSONSchema.version,
        Key(
            "intact", .nullable(.boolean),
            "false if there is any difference; null if the tables could not be compared."),
        Key("path", .text), Key("events", .count),
        Key("pruned", .count, "Events whose text was pruned."), Key("pushes", .count),
        Key(
            "imported", .nullable(.count),
            "How many of the pushes were imported; null if the tables were not compared."),
        Key(
            "oldest_event_at", .nullable(.time),
            "The time of the oldest event that is not pruned; null if there is none."),
        Key("head", .nullable(.hash), "The hash of the newest event."),
        Key("noted_sequence", .nullable(.count), "The event that has the hash given with --head."),
        Key(
            "checkpoints", .array(of: CheckpointResultJSON.jsonSchema),
            "The checkpoints given with --checkpoint."),
        Key(
            "salvaged", .array(of: SalvagedEventJSON.jsonSchema),
            "Where the history was salvaged from a damaged file, so that its chain changed its name."
        ),
        Key(
            "tables_compared", .boolean,
            "Whether the tables were compared too; false for a store of a newer version."),
        Key("tables_left_out", .array(of: .text), "Tables that verify never compares."),
        Key(
            "difference", .nullable(DifferenceJSON.jsonSchema),
            "The first difference; null if there is none."),
        Key(
            "differences", .array(of: DifferenceJSON.jsonSchema),
            "All differences, at most \(VerifyDifferences.limit)."),
        Key(
            "difference_count", .count,
            "The number of differences, including those that are not listed."),
        Key(
            "against", .nullable(AgainstJSON.jsonSchema),
            "The comparison with the event logs of --against; null without it."),
    ])

    init(_ report: VerifyReport, against comparison: LogComparison? = nil) {
        isIntact = comparison?.isSound == false ? false : report.isIntact
        against = comparison.map { AgainstJSON($0) }
        path = report.path
        events = report.events
        pruned = report.pruned
        pushes = report.pushes
        head = report.head
        notedSequence = report.notedSequence
        checkpoints = report.checkpoints.map(CheckpointResultJSON.init)
        salvaged = report.salvages.map { SalvagedEventJSON($0) }
        tablesCompared = report.newerSchema == nil
        imported = report.imported
        oldest = report.oldest
        differences = report.differences.listed.map { DifferenceJSON($0, of: report.push(of: $0)) }
        difference = differences.first
        differenceCount = report.differences.count
    }
}

private struct SalvagedEventJSON: JSONDescribed {
    private let sequence: Int64
    @Nullable private var chain: String?
    private let lost: Int64
    private let endUnknown: Bool
    private let unproven: Int

    private enum CodingKeys: String, CodingKey {
        case sequence, chain, lost, unproven
        case endUnknown = "end_unknown"
    }

    static let jsonSchema = JSONSchema.object([
        Key("sequence", .count, "The salvaged event."),
        Key("chain", .nullable(.text), "The id of the chain before; null if it is unknown."),
        Key("lost", .count, "Events that were lost."),
        Key("end_unknown", .boolean, "Whether further events may have been lost."),
        Key("unproven", .count, "Later events that were read, but are no longer in the chain."),
    ])

    init(_ salvage: VerifyReport.Salvage) {
        sequence = salvage.sequence
        chain = salvage.data.chain
        lost = salvage.data.lostEvents
        endUnknown = salvage.data.isEndUnknown
        unproven = salvage.data.unprovenEvents
    }
}
