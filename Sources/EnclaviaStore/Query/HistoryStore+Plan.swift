import EnclaviaCore
import GRDB

extension HistoryStore {
    /// How SQLite goes about a query, step by step: what guards the indexes against being forgotten.
    ///
    /// Source: <https://www.sqlite.org/eqp.html>.
    package func plan(_ query: HistoryQuery) throws(StoreError) -> [String] {
        try readStore { db in
            try steps(of: QuerySQL(query, db: db, dead: []).nums, db)
        } ?? []
    }

    /// How SQLite finds the pushes that part of an id names.
    package func plan(ofPart part: String) throws(StoreError) -> [String] {
        try readStore { db in try steps(of: Self.nums(ofPart: part), db) } ?? []
    }

    private func steps(of sql: SQL, _ db: Database) throws -> [String] {
        try Row.fetchAll(db, SQLRequest(literal: "EXPLAIN QUERY PLAN \(sql)"))
            .map { $0["detail"] }
    }
}
