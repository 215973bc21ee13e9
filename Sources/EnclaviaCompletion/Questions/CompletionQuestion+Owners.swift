/// Completion queries for the registries and the owners, of which many rows have the same.
extension CompletionQuestion {
    /// Owners of repositories.
    package static func owners(prefix: String) -> Self {
        RepeatedColumn(
            table: "repository", columns: "owner", value: "owner", index: "repository_owner"
        ).question(prefix)
    }

    /// Registries that were pushed to.
    package static func registries(prefix: String) -> Self {
        RepeatedColumn(
            table: "reference", columns: "registry, owner", value: "registry",
            index: "reference_owner"
        ).question(prefix)
    }

    /// Owners in a registry.
    package static func owners(registry: String, prefix: String) -> Self {
        RepeatedColumn(
            table: "reference", columns: "registry, owner", value: "owner",
            index: "reference_owner", condition: "registry = ?3"
        ).question(prefix, [registry])
    }
}

/// A column in which many rows have the same value, with an index that a store may lack: a store of an older version
/// that is only read.
private struct RepeatedColumn {
    let table: String
    /// The columns that are read.
    let columns: String
    /// The column that is the value.
    let value: String
    /// The index by this column, after those of ``condition``.
    let index: String
    /// A condition on the table's own columns, with parameters from `?3` on.
    var condition: String?

    /// The most values that are looked up in the index: enough to know that not all are offered, and the one after
    /// the range.
    private static let mostSteps = CompletionQuestion.limit + 2

    /// The query for the values of the newest rows, and for those in the index. Without the index, each look-up would
    /// read all rows; then the ends, and whether there is another value, are looked for.
    func question(_ prefix: String, _ arguments: [String] = []) -> CompletionQuestion {
        let conditions = condition.map { " AND \($0)" } ?? ""
        let isIndexed =
            "EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = '\(index)')"
        let inRange = "\(value) >= ?1 AND \(value) < ?2\(conditions)"
        let newest = """
            SELECT \(value) AS value, started_at AS moment FROM (
                SELECT \(columns), started_at FROM \(table)
                ORDER BY started_at DESC, push_id DESC LIMIT \(CompletionQuestion.scan))
            WHERE \(inRange)
            """
        let arguments = CompletionQuestion.range(prefix) + arguments
        return CompletionQuestion(
            """
            WITH RECURSIVE found (value) AS (
                SELECT (SELECT min(\(value)) FROM \(table) WHERE \(value) >= ?1\(conditions))
                WHERE \(isIndexed)
                UNION ALL
                SELECT (
                    SELECT min(\(value)) FROM \(table) WHERE \(value) > found.value\(conditions))
                FROM found WHERE found.value < ?2 LIMIT \(Self.mostSteps))
            SELECT value, max(moment), NULL, NULL, NULL, NULL FROM (
                \(newest)
                UNION ALL
                SELECT value, NULL FROM found WHERE value < ?2)
            GROUP BY value ORDER BY 2 DESC, value
            """, arguments, prefix: prefix,
            sources: [
                CompletionSource(
                    table: table, value: value, condition: condition, repeats: true, newest: nil)
            ],
            rest: CompletionQuestion.Rest(
                sql: """
                    SELECT 1 WHERE NOT \(isIndexed) AND EXISTS (
                        SELECT 1 FROM \(table)
                        WHERE \(inRange) AND \(value) NOT IN (SELECT value FROM (\(newest))))
                    """, arguments: arguments))
    }
}
