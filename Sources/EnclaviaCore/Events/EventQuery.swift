/// Selects events.
package struct EventQuery: Hashable, Sendable {
    /// Any of these types; all types where it is empty.
    package var types: Set<EventType>
    /// The first moment, inclusive, of the event's time.
    package var since: Timestamp?
    /// Only events whose sequence number is greater; 0 for all events.
    package var after: Int64

    package init(types: Set<EventType> = [], since: Timestamp? = nil, after: Int64 = 0) {
        self.types = types
        self.since = since
        self.after = after
    }
}

/// A page of events, and how far the feed has read.
package struct EventPage: Hashable, Sendable {
    /// The events' JSON texts, each as it is stored, one line each.
    package let lines: [String]
    /// The sequence number of the newest event read; the next page begins after it.
    package let through: Int64
    /// Whether more events may be ready to be read.
    package let isCut: Bool

    package init(lines: [String], through: Int64, isCut: Bool) {
        self.lines = lines
        self.through = through
        self.isCut = isCut
    }
}

/// A version of the history, by which a reader detects changes.
package struct FeedVersion: Hashable, Sendable {
    /// The chain of the events; `nil` where there is no history, or one that is older than chain ids.
    package let chain: ChainID?
    /// How often the history was opened: its path may lead to another file then.
    package let opening: Int
    /// A number that changes with each change of the file.
    package let change: Int64

    package init(chain: ChainID?, opening: Int, change: Int64) {
        self.chain = chain
        self.opening = opening
        self.change = change
    }
}
