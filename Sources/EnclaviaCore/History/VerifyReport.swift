/// What a verification found.
package struct VerifyReport: Hashable, Sendable {
    package let path: String
    package var events = 0
    /// Events whose text was pruned; their place in the chain is checked.
    package var pruned = 0
    /// The time of the oldest event that still has its text, as the event gives it; `nil` where there is none.
    package var oldest: Timestamp?
    package var pushes = 0
    /// The number of imported pushes; `nil` where the tables were not compared.
    package var imported: Int?
    /// The hash of the newest event; `nil` while there is none.
    package var head: String?
    /// The sequence number of the event with the noted hash; `nil` where no hash was given.
    package var notedSequence: Int64?
    /// The checkpoints that were given, in their order.
    package var checkpoints: [CheckpointResult] = []
    /// Where the history was salvaged from a damaged file, so that its chain changed its name.
    package var salvages: [Salvage] = []
    /// The schema's version where a newer program made it: then the tables were not compared, since this program
    /// knows neither all of them nor all events.
    package var newerSchema: Int?
    /// Where the history contradicts itself, in the order in which it was found.
    package var differences = VerifyDifferences()
    /// The pushes of the events among the differences, by the events' sequence numbers.
    package var pushIDs: [Int64: String] = [:]

    /// A salvaged event of the chain.
    package struct Salvage: Hashable, Sendable {
        package let sequence: Int64
        package let data: SalvageEventData

        package init(sequence: Int64, data: SalvageEventData) {
            self.sequence = sequence
            self.data = data
        }
    }

    /// The first difference; `nil` where there is none.
    package var difference: VerifyDifference? { differences.listed.first }

    /// The tables that are not compared: no event holds the enclaves that completion offers.
    package static let tablesLeftOut = ["enclave"]

    /// Whether the history is intact; `nil` where that is unproven, because a newer program made the tables.
    package var isIntact: Bool? {
        difference != nil ? false : newerSchema == nil ? true : nil
    }

    package init(path: String) {
        self.path = path
    }
}

/// Differences: the first are listed, and all are counted.
package struct VerifyDifferences: Hashable, Sendable {
    /// The greatest number of differences that are listed.
    package static let limit = 50

    package private(set) var listed: [VerifyDifference] = []
    /// The number of differences, including those that are not listed.
    package private(set) var count = 0

    package init() {}

    package var isEmpty: Bool { count == 0 }
    package var isFull: Bool { listed.count >= Self.limit }

    package mutating func add(_ difference: VerifyDifference) {
        count += 1
        if !isFull { listed.append(difference) }
    }

    /// Adds the differences of another table. A field of a push that is listed is not listed again.
    ///
    /// - Parameter repeated: how many of `others`, with those that are not listed, are of fields of pushes that
    ///   were added before.
    package mutating func add(_ others: VerifyDifferences, repeated: Int = 0) {
        count += others.count - repeated
        let before = listed
        listed += others.listed.filter { !before.contains(where: $0.isOfSameField) }
            .prefix(Self.limit - listed.count)
    }
}

/// Where the history contradicts itself.
package enum VerifyDifference: Hashable, Sendable {
    /// An event is missing, or its number was changed.
    case sequence(expected: Int64, found: Int64)
    /// The event's text is not the one that was hashed.
    case data(sequence: Int64)
    /// The event's hash does not follow from the one before.
    case chain(sequence: Int64)
    /// The event's text has another sequence number or another previous hash.
    case place(sequence: Int64)
    /// The event's source is not the history's chain, though that of an earlier event is.
    case source(sequence: Int64)
    /// The event's text is missing, and no prune accounts for it.
    case blank(sequence: Int64)
    /// A prune's event does not match what was pruned.
    case prune(sequence: Int64, detail: String)
    /// The event's text is not an event.
    case unreadable(sequence: Int64, detail: String)
    /// The event names another reference than its push has by then.
    case reference(sequence: Int64, push: String, found: String, expected: String)
    /// A table differs from what the events say. `key` names the row, `column` what differs in it; `nil` where the
    /// row is missing or should not be there. `field` has both values where they are known.
    case projection(
        table: String, key: String, column: String?, field: DifferingField? = nil)
    /// The schema is not the one that this program makes: the object is missing, was changed, or should
    /// not be there.
    case schema(object: String)
    /// SQLite's own check has found something, such as an index that lacks rows of its table.
    case integrity(detail: String)
    /// The noted hash is not in the chain: events are missing or were rewritten.
    case head(noted: String)
    /// A checkpoint in `file` differs from the history, or cannot be trusted.
    case checkpoint(file: String, CheckpointDifference)
}

/// A value that a table has, and the one that it should have.
package struct DifferingField: Hashable, Sendable {
    /// The flat name of a field of the record, or a column's name; `nil` where it is the whole row.
    package let name: String?
    /// As text; `nil` where there is nothing.
    package let found: String?
    package let expected: String?

    package init(_ name: String?, found: String?, expected: String?) {
        self.name = name
        self.found = found
        self.expected = expected
    }

    /// A row that follows from no event.
    package static let surplusRow = DifferingField(nil, found: "a row", expected: nil)
    /// A row that follows from the events, and is missing.
    package static let missingRow = DifferingField(nil, found: nil, expected: "a row")
}

extension VerifyDifference {
    /// The event at fault; `nil` where a table or the end of the chain is.
    package var sequence: Int64? {
        switch self {
        case .sequence(_, let sequence), .data(let sequence), .chain(let sequence),
            .place(let sequence), .source(let sequence), .blank(let sequence),
            .unreadable(let sequence, _), .prune(let sequence, _),
            .reference(let sequence, _, _, _):
            sequence
        case .checkpoint(_, let difference): difference.sequence
        case .projection, .schema, .integrity, .head: nil
        }
    }

    /// Whether it is in a table, an index or the schema, all of which follow from the events.
    package var isOfTables: Bool {
        switch self {
        case .projection, .schema, .integrity: true
        case .sequence, .data, .chain, .place, .source, .blank, .prune, .unreadable, .reference,
            .head, .checkpoint:
            false
        }
    }

    /// The id of the push whose row differs; `nil` where it is another table's.
    package var pushID: String? {
        switch self {
        case .projection("push", let key, _, _): key
        case .projection("push_json", let key, _, .some): key
        case .projection("push_json", let key, "json", _): key
        case .reference(_, let push, _, _): push
        case .projection, .sequence, .data, .chain, .place, .source, .blank, .prune, .unreadable,
            .schema, .integrity, .head, .checkpoint:
            nil
        }
    }

    /// The field of the record, or the column, that differs.
    package var field: DifferingField? {
        switch self {
        case .projection(_, _, _, let field?): field
        case .projection(_, _, let column?, nil):
            DifferingField(column, found: nil, expected: nil)
        case .reference(_, _, let found, let expected):
            DifferingField("reference", found: found, expected: expected)
        case .checkpoint(_, let difference): difference.field
        case .projection, .sequence, .data, .chain, .place, .source, .blank, .prune, .unreadable,
            .schema, .integrity, .head:
            nil
        }
    }

    /// Whether both are of the same field of the same push, in whichever tables.
    package func isOfSameField(_ other: VerifyDifference) -> Bool {
        guard case .projection = self, case .projection = other, let push = pushID,
            let name = field?.name
        else { return false }
        return push == other.pushID && name == other.field?.name
    }
}
