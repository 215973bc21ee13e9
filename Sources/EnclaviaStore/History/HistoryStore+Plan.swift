import EnclaviaCore
import GRDB

extension HistoryStore {
    /// How SQLite goes about a query, step by step: what guards the indexes against being forgotten.
    ///
    /// Source: <https://www.sqlite.org/eqp.html>.
    package func plan(_ query: HistoryQuery) throws(StoreError) -> [String] {
        try readStore { db in
            let sql = try QuerySQL(query, db: db, dead: []).nums
            return try Row.fetchAll(db, SQLRequest(literal: "EXPLAIN QUERY PLAN \(sql)"))
                .map { $0["detail"] }
        } ?? []
    }
}
