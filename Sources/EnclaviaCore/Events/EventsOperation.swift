/// Lists the history's events, and follows new ones.
package struct EventsOperation: Sendable {
    /// The interval at which a feed is polled for changes.
    package static let pause: Duration = .milliseconds(200)
    /// The greatest number of events that are held in memory at once.
    package static let pageLimit = 500

    private let feed: any EventFeed

    package init(_ feed: any EventFeed) {
        self.feed = feed
    }

    /// Passes each existing event to `body`, oldest first.
    ///
    /// - Parameter sequence: the sequence number of the last event seen.
    /// - Returns: the sequence number of the newest event read.
    @discardableResult
    package func list(
        _ query: EventQuery, after sequence: Int64 = 0, _ body: (String) throws -> Void
    ) throws -> Int64 {
        var seen = max(sequence, query.after)
        while true {
            let page = try feed.page(query, after: seen, limit: Self.pageLimit)
            for line in page.lines { try body(line) }
            seen = page.through
            if !page.isCut { return seen }
        }
    }

    /// Where following a feed begins.
    package enum Start: Hashable, Sendable {
        /// With the existing events.
        case beginning
        /// With the events that are added from now on; existing events are skipped.
        case end
    }

    /// Passes the existing events to `body`, unless `start` skips them, and then new ones, until the task is
    /// cancelled or `isWanted` returns `false`.
    ///
    /// The version is read before the events, so that an event written between the two is not missed.
    /// ``EventQuery/after`` does not apply to the events of another history.
    ///
    /// - Parameters:
    ///   - caughtUp: called when `body` has received all existing events.
    ///   - replaced: called when another history has replaced the previous one; its events follow.
    package func follow(
        _ query: EventQuery, from start: Start = .beginning, while isWanted: () -> Bool,
        caughtUp: () throws -> Void = {}, replaced: () -> Void = {},
        _ body: (String) throws -> Void
    ) async throws {
        var query = query
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
                    query.after = 0
                }
                seen = try list(query, after: seen, body)
                try caughtUp()
                known = version
            }
            try await Task.sleep(for: Self.pause)
        }
    }
}
