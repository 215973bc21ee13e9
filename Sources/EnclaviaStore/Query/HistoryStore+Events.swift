import EnclaviaCore
import GRDB

extension HistoryStore: EventFeed {
    package func page(
        _ query: EventQuery, after sequence: Int64, limit: Int
    ) throws(StoreError) -> EventPage {
        try readStore { db in
            let newest = try EventChain.head(db).sequence
            let rows = try Row.fetchAll(
                db, SQLRequest(literal: EventSQL.page(query, after: sequence, limit: limit)))
            let isCut = rows.count == limit
            let last = rows.last.map { $0[0] as Int64 }
            return EventPage(
                lines: rows.map { $0[1] }, through: isCut ? last ?? newest : newest, isCut: isCut)
        } ?? EventPage(lines: [], through: sequence, isCut: false)
    }

    package func newest() throws(StoreError) -> Int64 {
        try readStore { db in try EventChain.head(db).sequence } ?? 0
    }

    /// The version of the file that has the store's name now: its `PRAGMA data_version` on the connection that
    /// stays open between calls; 0 if there is no store yet.
    package func version() throws(StoreError) -> FeedVersion {
        if wasReplaced { close() }
        let found = try readStore { db in
            (
                // A store of an older version has no id for its chain.
                chain: try? EventChain.id(db),
                change: try Int64.fetchOne(db, sql: "PRAGMA data_version") ?? 0
            )
        }
        return FeedVersion(
            chain: found?.chain, opening: openings, change: found?.change ?? 0)
    }
}

extension HistoryStore {
    /// SQLite's plan for a page of events, step by step.
    package func plan(_ query: EventQuery, after sequence: Int64) throws(StoreError) -> [String] {
        try readStore { db in
            let page = EventSQL.page(query, after: sequence, limit: 1)
            return try Row.fetchAll(db, SQLRequest(literal: "EXPLAIN QUERY PLAN \(page)"))
                .map { $0["detail"] }
        } ?? []
    }
}

/// The SQL of pages of events; the cost of a page depends on its size alone.
enum EventSQL {
    static func page(_ query: EventQuery, after sequence: Int64, limit: Int) -> SQL {
        var wanted: SQL = "seq > \(max(sequence, query.after))"
        if let since = query.since {
            // Clocks are set back, so an event's time says nothing about later events. The first page finds the
            // first event of that time or later in the index, unless a place in the chain is given; all pages check
            // each event.
            let moment = since.description
            if sequence == 0, query.after == 0 {
                wanted += " AND seq >= (SELECT min(seq) FROM event WHERE time >= \(moment))"
            }
            wanted += " AND +time >= \(moment)"
        }
        guard !query.types.isEmpty else {
            return """
                SELECT seq, data FROM event WHERE \(wanted) AND data IS NOT NULL
                ORDER BY seq LIMIT \(limit)
                """
        }
        // The index holds each type's events in their order, and so each type gives its own page.
        let pages = query.types.map(\.rawValue).sorted().map { type -> SQL in
            """
            SELECT seq FROM (SELECT seq FROM event WHERE type = \(type) AND \(wanted)
            ORDER BY seq LIMIT \(limit))
            """
        }
        return """
            SELECT seq, data FROM event WHERE seq IN (\(pages.joined(separator: " UNION ALL ")))
            ORDER BY seq LIMIT \(limit)
            """
    }
}
