/// What a verification found.
package struct VerifyReport: Hashable, Sendable {
    package let path: String
    package var events = 0
    /// Events whose text was pruned; their place in the chain is checked.
    package var pruned = 0
    package var pushes = 0
    /// The hash of the newest event; `nil` while there is none.
    package var head: String?
    /// The event that has the hash that was noted elsewhere; `nil` where none was asked for.
    package var notedSequence: Int64?
    /// The schema's version where a newer program made it: the tables were not compared then, since this
    /// one knows neither all of them nor all events.
    package var newerSchema: Int?
    /// The first difference; `nil` where there is none.
    package var difference: VerifyDifference?

    /// The tables that are not compared: what completion offers of enclaves is in no event.
    package static let tablesLeftOut = ["enclave"]

    /// Whether the history is what it says; `nil` where that is unproven, because a newer program made the
    /// tables.
    package var isIntact: Bool? {
        difference != nil ? false : newerSchema == nil ? true : nil
    }

    package init(path: String) {
        self.path = path
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
    /// The event's own text names another place or another predecessor.
    case place(sequence: Int64)
    /// The event's source is not the history's chain, though that of an earlier event is.
    case source(sequence: Int64)
    /// The event's text is gone, and no prune says so.
    case blank(sequence: Int64)
    /// What a prune says of itself is not what it has done.
    case prune(sequence: Int64, detail: String)
    /// The event's text is no event.
    case unreadable(sequence: Int64, detail: String)
    /// A table does not say what the events say. `key` names the row, `column` what differs in it;
    /// `nil` where the row is missing or should not be there.
    case projection(table: String, key: String, column: String?)
    /// The schema is not the one that this program makes: the object is missing, was changed, or should
    /// not be there.
    case schema(object: String)
    /// SQLite's own check has found something, such as an index that lacks rows of its table.
    case integrity(detail: String)
    /// The hash that was noted elsewhere is not in the chain: events are missing or were rewritten.
    case head(noted: String)
}
