/// A table with one row for each value, with one index by value (for prefixes) and one by time (for the newest).
struct CompletionTable {
    let name: String
    /// The column that is the value.
    let value: String
    var moment = "started_at"
    var detail = "NULL"
    /// The columns with the digest and outcomes of the newest push; `nil` if the table has none.
    var state: String? = "digest, outcome, notify_outcome"
    /// The column that orders rows with the same moment.
    var tie = "push_id"
    /// A condition on the table's own columns, with parameters from `?3` on.
    var condition: String?
    /// A condition that needs other tables; evaluated only for rows that may be offered.
    var check: String?
    /// The most rows that are read.
    var scan = CompletionQuestion.scan

    static let references = CompletionTable(
        name: "reference", value: "tag", detail: "owner || '/' || repository")

    /// The query for the prefix's range. If that has more than ``CompletionQuestion/scan`` rows, adds those of the
    /// newest rows that are in it, so that they are not missed.
    func question(_ prefix: String, _ arguments: [String] = []) -> CompletionQuestion {
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
                arguments, prefix: prefix, sources: [source],
                rest: check.map { _ in .rows(of: name, after: scan) })
        }
        let found = """
            SELECT * FROM found
            UNION ALL
            SELECT * FROM (
                \(newest)
                LIMIT (SELECT iif(count(*) = \(scan), \(scan), 0) FROM found))
            WHERE \(begins)
            """
        // The LIMIT makes SQLite sort the rows first, and check only those that are read.
        let sorted = check.map { check in
            "(SELECT * FROM (\(found)) ORDER BY moment DESC, tie DESC LIMIT -1) WHERE \(check)"
        }
        return CompletionQuestion(
            """
            WITH found AS MATERIALIZED (
                \(rows) WHERE \(value) >= ?1 AND \(value) < ?2
                \(condition.map { "AND \($0)" } ?? "") LIMIT \(scan))
            SELECT \(answer) FROM \(sorted ?? "(\(found)) ORDER BY moment DESC, tie DESC")
            """, arguments, prefix: prefix, sources: [source],
            rest: check.map { _ in .rows(of: name, after: scan) })
    }

    private var source: CompletionSource {
        CompletionSource(
            table: name, value: value,
            columns: "\(moment) AS moment, \(detail), \(state ?? "NULL, NULL, NULL")",
            condition: condition, check: check)
    }
}
