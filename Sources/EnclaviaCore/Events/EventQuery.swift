/// Which events are wanted.
package struct EventQuery: Hashable, Sendable {
    /// Any of these types; all types where it is empty.
    package var types: Set<EventType>
    /// The first moment, inclusive, of the event's time.
    package var since: Timestamp?

    package init(types: Set<EventType> = [], since: Timestamp? = nil) {
        self.types = types
        self.since = since
    }
}

/// Some events, and how far the feed looked for them.
package struct EventPage: Hashable, Sendable {
    /// The events' JSON texts, each as it is stored, one line each.
    package let lines: [String]
    /// The newest event that was looked at; the next page begins after it.
    package let through: Int64
    /// Whether there may be more to read at once.
    package let isCut: Bool

    package init(lines: [String], through: Int64, isCut: Bool) {
        self.lines = lines
        self.through = through
        self.isCut = isCut
    }
}

/// A state of the history that somebody follows.
package struct FeedVersion: Hashable, Sendable {
    /// The chain of the events; `nil` where there is no history, or one that is older than names of chains.
    package let chain: ChainID?
    /// How often the history was opened: another file may have its name.
    package let opening: Int
    /// Another number after each change of the file.
    package let change: Int64

    package init(chain: ChainID?, opening: Int, change: Int64) {
        self.chain = chain
        self.opening = opening
        self.change = change
    }
}
