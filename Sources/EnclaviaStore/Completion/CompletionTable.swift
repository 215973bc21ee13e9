/// A table with one row for each value, where values are found by their prefix in one index, and walked from
/// the newest in another.
struct CompletionTable {
    let name: String
    /// The column that is the value.
    let value: String
    var moment = "started_at"
    var detail = "NULL"
    /// The columns that tell what became of the newest push; `nil` where the table has none.
    var state: String? = "digest, outcome, notify_outcome"
    /// What orders rows of one moment.
    var tie = "push_id"
    /// What confines the rows, by parameters from the third on.
    var condition: String?
    /// What confines the rows by more than their table, asked of each that may be offered.
    var check: String?

    static let references = CompletionTable(
        name: "reference", value: "tag", detail: "owner || '/' || repository")

    /// The range of the prefix; and where that is larger than can be looked at, those of the newest
    /// that are in it too, so that they are not missed.
    func question(_ prefix: String, _ arguments: [String] = []) -> CompletionQuestion {
        let scan = CompletionQuestion.scan
        let state = state ?? "NULL AS digest, NULL AS outcome, NULL AS notify_outcome"
        let answer = "value, moment, detail, digest, outcome, notify_outcome"
        let rows = """
            SELECT \(value) AS value, \(moment) AS moment, \(detail) AS detail, \(state), \(tie) AS tie \
            FROM \(name)
            """
        let newest = """
            \(rows) \(condition.map { "WHERE \($0)" } ?? "")
            ORDER BY moment DESC, tie DESC
            """
        let begins = "value >= ?1 AND value < ?2"
        let arguments = CompletionQuestion.range(prefix) + arguments
        guard !prefix.isEmpty else {
            let passes = check.map { "AND \($0)" } ?? ""
            return CompletionQuestion(
                "SELECT \(answer) FROM (\(newest) LIMIT \(scan)) WHERE \(begins) \(passes)",
                arguments)
        }
        let found = """
            SELECT * FROM found
            UNION ALL
            SELECT * FROM (
                \(newest)
                LIMIT (SELECT iif(count(*) = \(scan), \(scan), 0) FROM found))
            WHERE \(begins)
            """
        // With a limit, the rows are sorted first, and checked only as far as they are taken.
        let sorted = check.map { check in
            "(SELECT * FROM (\(found)) ORDER BY moment DESC, tie DESC LIMIT -1) WHERE \(check)"
        }
        return CompletionQuestion(
            """
            WITH found AS MATERIALIZED (
                \(rows) WHERE \(value) >= ?1 AND \(value) < ?2
                \(condition.map { "AND \($0)" } ?? "") LIMIT \(scan))
            SELECT \(answer) FROM \(sorted ?? "(\(found)) ORDER BY moment DESC, tie DESC")
            """, arguments)
    }
}
