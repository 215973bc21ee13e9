import EnclaviaCore
import GRDB

/// The SQL of a history query.
///
/// Only the most selective filter may use its index. A unary plus hides the columns of the others from the planner,
/// since SQLite does not know the distribution of the values. Each index ends in `started_at`, so that a single
/// value comes out in order and a limit stops early.
struct QuerySQL {
    private let source: SQL
    private let condition: SQL
    private let hasCondition: Bool
    private let order: SQL
    private let limit: SQL

    init(_ query: HistoryQuery, db: Database, orphaned: [PushID]) throws {
        var filters = try QueryFilter.all(query, db, orphaned: orphaned)
        let driver = filters.indices.min { filters[$0].rank < filters[$1].rank }
        if let driver { filters[driver].drives = true }
        source = driver.flatMap { filters[$0].source } ?? "push"
        let moment: SQL = driver.flatMap { filters[$0].moment } ?? "push.started_at"

        var conditions = filters.map(\.sql)
        if let since = query.since { conditions.append("\(moment) >= \(since.description)") }
        if let until = query.until { conditions.append("\(moment) < \(until.description)") }
        condition =
            conditions.isEmpty ? SQL("") : SQL(" WHERE ") + conditions.joined(separator: " AND ")
        hasCondition = !conditions.isEmpty
        let keys = try query.movesOnly ? Self.placeKeys(db) : [moment, "push.id"]
        order =
            SQL(" ORDER BY ")
            + keys.map { query.isReversed ? $0 : $0 + " DESC" }.joined(separator: ", ")
        limit = query.limit.map { " LIMIT \($0)" } ?? ""
    }

    /// The `num` of each push, in order.
    var nums: SQL { "SELECT push.num FROM \(source)\(condition)\(order)\(limit)" }

    /// Other columns of the pushes, whatever the limit.
    ///
    /// - Parameters:
    ///   - also: a further condition.
    ///   - ending: what follows the conditions, such as the grouping and the order.
    func select(_ columns: SQL, also: SQL? = nil, _ ending: SQL = "") -> SQL {
        let more: SQL = also.map { "\(sql: hasCondition ? " AND" : " WHERE") \($0)" } ?? ""
        return "SELECT \(columns) FROM \(source)\(condition)\(more) \(ending)"
    }

    /// What statistics by day count, oldest first.
    func countedByDay(isByRepository: Bool) -> SQL {
        let repository: SQL = isByRepository ? "push.owner, push.repository" : "NULL, NULL"
        return """
            SELECT push.outcome, push.notify_outcome, push.id, \(repository), push.started_at \
            FROM \(source)\(condition) ORDER BY push.started_at
            """
    }

    /// What statistics by user count, in any order.
    var countedByUser: SQL {
        """
        SELECT push.outcome, push.notify_outcome, push.id, NULL, \
        coalesce(push.context_ci_actor, push.context_user) FROM \(source)\(condition)
        """
    }

    private static func placeKeys(_ db: Database) throws -> [SQL] {
        let table = try PushPlace.table(db)
        return (PushPlace.columns + ["id"]).map { column in
            table == "push"
                ? SQL(sql: "push.\(column)")
                : SQL(sql: "(SELECT \(column) FROM \(table) AS placed WHERE placed.num = push.num)")
        }
    }
}

extension HistoryStore {
    /// SQLite's plan for a query, step by step; tests check with it that the indexes are used.
    ///
    /// Source: <https://www.sqlite.org/eqp.html>.
    package func plan(_ query: HistoryQuery) throws(StoreError) -> [String] {
        try readStore { db in
            try steps(of: QuerySQL(query, db: db, orphaned: []).nums, db)
        } ?? []
    }

    /// SQLite's plan for counting pushes by day and repository.
    package func planOfStatistics(_ query: HistoryQuery) throws(StoreError) -> [String] {
        try readStore { db in
            try steps(
                of: QuerySQL(query, db: db, orphaned: []).countedByDay(isByRepository: true), db)
        } ?? []
    }

    /// SQLite's plan for reading the newest references.
    package func planOfTags() throws(StoreError) -> [String] {
        try readStore { db in try steps(of: TagTips(db: db).sql(where: "TRUE", limit: 1), db) }
            ?? []
    }

    /// SQLite's plan for finding pushes by a part of an id.
    package func plan(ofPart part: String) throws(StoreError) -> [String] {
        try readStore { db in try steps(of: Self.nums(ofPart: part), db) } ?? []
    }

    private func steps(of sql: SQL, _ db: Database) throws -> [String] {
        try Row.fetchAll(db, SQLRequest(literal: "EXPLAIN QUERY PLAN \(sql)"))
            .map { $0["detail"] }
    }
}
