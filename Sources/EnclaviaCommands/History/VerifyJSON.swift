import EnclaviaCore

/// What `history verify --json` shows, `schema_version` 1.
struct VerifyJSON: JSONDescribed {
    private let schemaVersion = 1
    @Nullable private var isIntact: Bool?
    private let path: String
    private let events: Int
    private let pruned: Int
    private let pushes: Int
    @Nullable private var head: String?
    @Nullable private var notedSequence: Int64?
    private let tablesCompared: Bool
    private let tablesLeftOut = VerifyReport.tablesLeftOut
    @Nullable private var difference: DifferenceJSON?

    private enum CodingKeys: String, CodingKey {
        case isIntact = "intact"
        case path, events, pruned, pushes, head, difference
        case schemaVersion = "schema_version"
        case notedSequence = "noted_sequence"
        case tablesCompared = "tables_compared"
        case tablesLeftOut = "tables_left_out"
    }

    static let jsonSchema = JSONSchema.object([
        JSONSchema.version,
        Key("intact", .nullable(.boolean), "null where the tables could not be compared."),
        Key("path", .text), Key("events", .count),
        Key("pruned", .count, "Events whose text was pruned."), Key("pushes", .count),
        Key("head", .nullable(.hash), "The hash of the newest event."),
        Key("noted_sequence", .nullable(.count), "The event that has the hash of --head."),
        Key(
            "tables_compared", .boolean,
            "Whether the tables were compared too; not in a store of a newer version."),
        Key("tables_left_out", .array(of: .text), "What verify answers for never."),
        Key(
            "difference", .nullable(DifferenceJSON.jsonSchema),
            "The first; null where there is none."),
    ])

    init(_ report: VerifyReport) {
        isIntact = report.isIntact
        path = report.path
        events = report.events
        pruned = report.pruned
        pushes = report.pushes
        head = report.head
        notedSequence = report.notedSequence
        tablesCompared = report.newerSchema == nil
        difference = report.difference.map(DifferenceJSON.init)
    }
}

private struct DifferenceJSON: JSONDescribed {
    private let kind: VerifyDifference.Kind
    @Nullable private var sequence: Int64?
    @Nullable private var table: String?
    @Nullable private var key: String?
    @Nullable private var column: String?
    private let message: String

    static let jsonSchema = JSONSchema.object([
        Key("kind", .cases(of: VerifyDifference.Kind.self)), Key("sequence", .nullable(.count)),
        Key("table", .nullable(.text)), Key("key", .nullable(.text)),
        Key("column", .nullable(.text)), Key("message", .text),
    ])

    init(_ difference: VerifyDifference) {
        kind = difference.kind
        sequence = difference.sequence
        table = difference.row?.table
        key = difference.row?.key
        column = difference.row?.column
        message = Words.sentence(difference)
    }
}

extension VerifyDifference {
    /// What it is a difference of, as `--json` spells it.
    enum Kind: String, Encodable, CaseIterable {
        case sequence, data, chain, place, source, blank, prune, unreadable, projection, schema
        case integrity, head
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
        }
    }

    /// The event at fault; `nil` where it is a table, or the end.
    var sequence: Int64? {
        switch self {
        case .sequence(_, let sequence), .data(let sequence), .chain(let sequence),
            .place(let sequence), .source(let sequence), .blank(let sequence),
            .unreadable(let sequence, _),
            .prune(let sequence, _):
            sequence
        case .projection, .schema, .integrity, .head: nil
        }
    }

    /// The row at fault; `nil` where it is an event, or the end.
    var row: (table: String, key: String, column: String?)? {
        if case .projection(let table, let key, let column) = self {
            (table, key, column)
        } else {
            nil
        }
    }
}
