import EnclaviaCore

/// A difference that `history verify --json` shows.
struct DifferenceJSON: JSONDescribed {
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
