import GRDB

/// One filter: a condition that may use an index, and the same where it must not.
struct QueryFilter {
    /// The filter with the lowest rank drives the query.
    let rank: Int
    /// What the query reads from where the filter drives it, if not `push` alone: a partial index that
    /// holds just what the filter lets through, which the planner does not find by itself, or a table
    /// that leads to the pushes.
    let source: SQL?
    /// Where `source` has `started_at` in its own order, that column.
    let moment: SQL?
    /// Makes the condition. `mark` stands before each column that has an index, and is empty where the
    /// filter drives the query.
    let condition: (_ mark: SQL) -> SQL
    var drives = false

    init(
        _ rank: Int, source: SQL? = nil, moment: SQL? = nil,
        _ condition: @escaping (_ mark: SQL) -> SQL
    ) {
        self.rank = rank
        self.source = source
        self.moment = moment
        self.condition = condition
    }

    var sql: SQL { "(" + condition(drives ? "" : "+") + ")" }
}
