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
    private let tablesCompared: Bool
    private let tablesLeftOut = VerifyReport.tablesLeftOut
    @Nullable private var difference: DifferenceJSON?
    private let differences: [DifferenceJSON]
    private let differenceCount: Int
    @Nullable private var against: AgainstJSON?

    private enum CodingKeys: String, CodingKey {
        case isIntact = "intact"
        case path, events, pruned, pushes, imported, head, checkpoints, difference, differences
        case against
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
        tablesCompared = report.newerSchema == nil
        imported = report.imported
        oldest = report.oldest
        differences = report.differences.listed.map { DifferenceJSON($0, of: report.push(of: $0)) }
        difference = differences.first
        differenceCount = report.differences.count
    }
}

private struct DifferenceJSON: JSONDescribed {
    private let kind: VerifyDifference.Kind
    @Nullable private var sequence: Int64?
    @Nullable private var table: String?
    @Nullable private var key: String?
    @Nullable private var column: String?
    @Nullable private var pushID: String?
    @Nullable private var field: String?
    @Nullable private var found: String?
    @Nullable private var expected: String?
    @Nullable private var file: String?
    private let message: String

    private enum CodingKeys: String, CodingKey {
        case kind, sequence, table, key, column, field, found, expected, file, message
        case pushID = "push_id"
    }

    static let jsonSchema = JSONSchema.object([
        Key("kind", .cases(of: VerifyDifference.Kind.self)), Key("sequence", .nullable(.count)),
        Key("table", .nullable(.text)), Key("key", .nullable(.text)),
        Key("column", .nullable(.text)),
        Key(
            "push_id", .nullable(.text),
            "The push that differs; null if the difference is in no push."),
        Key("field", .nullable(.text), "The field of the record, or the column, that differs."),
        Key(
            "found", .nullable(.text),
            "The value in the table or event, as text; null if there is none or it is unknown."),
        Key(
            "expected", .nullable(.text),
            "The value according to the events, as text; null if there is none or it is unknown."),
        Key("file", .nullable(.text), "The checkpoint's file, if one differs."),
        Key("message", .text),
    ])

    init(_ difference: VerifyDifference, of push: String?) {
        kind = difference.kind
        sequence = difference.sequence
        table = difference.row?.table
        key = difference.row?.key
        column = difference.row?.column
        pushID = push
        field = difference.field?.name
        found = difference.field?.found
        expected = difference.field?.expected
        file = difference.file
        message = ErrorMessages.sentence(difference, of: push)
    }
}

extension VerifyDifference {
    /// What it is a difference of, as `--json` spells it.
    enum Kind: String, Encodable, CaseIterable {
        case sequence, data, chain, place, source, blank, prune, unreadable, projection, schema
        case integrity, head, reference, checkpoint, signature
    }

    var kind: Kind {
        switch self {
        case .sequence: .sequence
        case .data: .data
        case .chain: .chain
        case .place: .place
        case .source: .source
        case .blank: .blank
        case .prune: .prune
        case .unreadable: .unreadable
        case .projection: .projection
        case .schema: .schema
        case .integrity: .integrity
        case .head: .head
        case .reference: .reference
        case .checkpoint(_, .signatureMissing), .checkpoint(_, .signatureRefused): .signature
        case .checkpoint: .checkpoint
        }
    }

    /// The row that differs; `nil` for a difference that is not in a row.
    var row: (table: String, key: String, column: String?)? {
        if case .projection(let table, let key, let column, _) = self {
            (table, key, column)
        } else {
            nil
        }
    }
}
