/// Hands out the history's events, those that are there and those that come.
package struct EventsOperation: Sendable {
    /// How often a feed is asked whether something has changed.
    package static let pause: Duration = .milliseconds(200)
    /// The most events that are held at once.
    package static let pageLimit = 500

    private let feed: any EventFeed

    package init(_ feed: any EventFeed) {
        self.feed = feed
    }

    /// Hands each event that is there to `body`, oldest first.
    ///
    /// - Parameter sequence: events up to this one have been seen.
    /// - Returns: the newest event that was looked at.
    @discardableResult
    package func list(
        _ query: EventQuery, after sequence: Int64 = 0, _ body: (String) throws -> Void
    ) throws -> Int64 {
        var seen = sequence
        while true {
            let page = try feed.page(query, after: seen, limit: Self.pageLimit)
            for line in page.lines { try body(line) }
            seen = page.through
            if !page.isCut { return seen }
        }
    }

    /// Where a feed that is followed begins.
    package enum Start: Hashable, Sendable {
        /// With the events that are there.
        case beginning
        /// With the events that come after this moment: those that are there are passed over.
        case end
    }

    /// Hands out what is there, unless `start` passes it over, and then what comes, until the task is cancelled or
    /// `isWanted` says no.
    ///
    /// A version that is read before the events cannot miss what is written between the two.
    ///
    /// - Parameters:
    ///   - caughtUp: called when `body` was handed all that is there.
    ///   - replaced: called when another history has taken the place of the one before, whose events follow then.
    package func follow(
        _ query: EventQuery, from start: Start = .beginning, while isWanted: () -> Bool,
        caughtUp: () throws -> Void = {}, replaced: () -> Void = {},
        _ body: (String) throws -> Void
    ) async throws {
        var seen: Int64 = 0
        var known: FeedVersion?
        if start == .end {
            known = try feed.version()
            seen = try feed.newest()
        }
        while isWanted() {
            let version = try feed.version()
            if version != known {
                if let old = known?.chain, let new = version.chain, old != new {
                    replaced()
                    seen = 0
                }
                seen = try list(query, after: seen, body)
                try caughtUp()
                known = version
            }
            try await Task.sleep(for: Self.pause)
        }
    }
}
