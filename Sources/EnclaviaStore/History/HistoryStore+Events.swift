import EnclaviaCore
import GRDB

extension HistoryStore: EventFeed {
    package func page(
        _ query: EventQuery, after sequence: Int64, limit: Int
    ) throws(StoreError) -> EventPage {
        let nothing = EventPage(lines: [], through: sequence, isCut: false)
        return try readStore { db in
            let head = try EventChain.head(db).sequence
            guard let first = try first(of: query, after: sequence, db) else {
                return EventPage(lines: [], through: head, isCut: false)
            }
            let rows = try Row.fetchAll(db, select(query, from: first, limit: limit))
            guard rows.count == limit, let last = rows.last else {
                return EventPage(lines: rows.map { $0[1] }, through: head, isCut: false)
            }
            return EventPage(lines: rows.map { $0[1] }, through: last[0], isCut: true)
        } ?? nothing
    }

    package func version() throws(StoreError) -> Int64 {
        try readStore { db in try Int64.fetchOne(db, sql: "PRAGMA data_version") ?? 0 } ?? 0
    }

    /// Where to begin: the index of times spares reading all that is older, and is asked once.
    private func first(
        of query: EventQuery, after sequence: Int64, _ db: Database
    ) throws -> Int64? {
        guard let since = query.since, sequence == 0 else { return sequence + 1 }
        return try Int64.fetchOne(
            db, sql: "SELECT min(seq) FROM event WHERE time >= ?", arguments: [since.description])
    }

    /// In the order of the table itself. The pluses keep SQLite from gathering and sorting all rows of
    /// several types for each page; of one type the index has them in order.
    private func select(_ query: EventQuery, from first: Int64, limit: Int) -> SQLRequest<Row> {
        var sql: SQL = "SELECT seq, data FROM event WHERE seq >= \(first) AND data IS NOT NULL"
        let types = query.types.map(\.rawValue).sorted()
        if let type = types.first, types.count == 1 {
            sql += " AND type = \(type)"
        } else if !types.isEmpty {
            sql += " AND +type IN \(types)"
        }
        if let since = query.since { sql += " AND +time >= \(since.description)" }
        return SQLRequest(literal: sql + " ORDER BY seq LIMIT \(limit)")
    }
}
