import EnclaviaCore

/// What `history verify --json` shows, `schema_version` 1.
struct VerifyJSON: Encodable {
    let report: VerifyReport

    private enum CodingKeys: String, CodingKey {
        case intact, path, events, pruned, pushes, head, difference
        case schemaVersion = "schema_version"
        case notedSequence = "noted_sequence"
        case tablesCompared = "tables_compared"
        case tablesLeftOut = "tables_left_out"
    }

    func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: CodingKeys.self)
        try object.encode(1, forKey: .schemaVersion)
        try object.encode(report.isIntact, forKey: .intact)
        try object.encode(report.path, forKey: .path)
        try object.encode(report.events, forKey: .events)
        try object.encode(report.pruned, forKey: .pruned)
        try object.encode(report.pushes, forKey: .pushes)
        try object.encode(report.head, forKey: .head)
        try object.encode(report.notedSequence, forKey: .notedSequence)
        try object.encode(report.newerSchema == nil, forKey: .tablesCompared)
        try object.encode(VerifyReport.tablesLeftOut, forKey: .tablesLeftOut)
        try object.encode(report.difference.map(DifferenceJSON.init), forKey: .difference)
    }

    private struct DifferenceJSON: Encodable {
        let difference: VerifyDifference

        private enum CodingKeys: String, CodingKey {
            case kind, sequence, table, key, column, message
        }

        func encode(to encoder: any Encoder) throws {
            var object = encoder.container(keyedBy: CodingKeys.self)
            try object.encode(difference.kind, forKey: .kind)
            try object.encode(difference.sequence, forKey: .sequence)
            try object.encode(difference.row?.table, forKey: .table)
            try object.encode(difference.row?.key, forKey: .key)
            try object.encode(difference.row?.column, forKey: .column)
            try object.encode(Words.sentence(difference), forKey: .message)
        }
    }
}

extension VerifyDifference {
    /// The words of ``kind``.
    static let kinds = [
        "sequence", "data", "chain", "place", "source", "blank", "prune", "unreadable",
        "projection", "schema", "integrity", "head",
    ]

    /// The word that `--json` uses.
    var kind: String {
        switch self {
        case .sequence: "sequence"
        case .data: "data"
        case .chain: "chain"
        case .place: "place"
        case .source: "source"
        case .blank: "blank"
        case .prune: "prune"
        case .unreadable: "unreadable"
        case .projection: "projection"
        case .schema: "schema"
        case .integrity: "integrity"
        case .head: "head"
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
