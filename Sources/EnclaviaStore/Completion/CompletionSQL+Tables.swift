/// Tables with one row for each value.
extension CompletionSQL {
    /// Where values are found by their prefix in one index, and walked from the newest in another.
    struct Table {
        let name: String
        /// An answer's columns under their names, `value` first, and `tie`, which orders what is of one
        /// moment.
        let columns: String
        /// The column that is the value.
        let value: String
        /// What confines the rows, by parameters from the third on.
        var condition: String? = nil
    }

    private static let state = "digest, outcome, notify_outcome, push_id AS tie"
    private static let noState =
        "NULL AS digest, NULL AS outcome, NULL AS notify_outcome, push_id AS tie"

    static let references = Table(
        name: "reference",
        columns: """
            tag AS value, started_at AS moment, owner || '/' || repository AS detail, \(state)
            """, value: "tag")
    static let labels = Table(
        name: "label",
        columns: "value AS value, started_at AS moment, NULL AS detail, \(noState)",
        value: "value", condition: "key = ?3")
    static let localImages = Table(
        name: "local_image",
        columns: "name AS value, started_at AS moment, NULL AS detail, \(noState)", value: "name",
        // What a push kept is named by its digest, and is no local image.
        condition: "name NOT GLOB 'sha256:*'")
    static let enclaves = Table(
        name: "enclave",
        columns: """
            id AS value, seen_at AS moment, name AS detail, NULL AS digest, NULL AS outcome,
            NULL AS notify_outcome, id AS tie
            """, value: "id")

    static func repositories(_ owner: String?, _ prefix: String) -> CompletionSQL {
        let table = Table(
            name: "repository",
            columns: """
                repository AS value, started_at AS moment, owner AS detail, \(state)
                """, value: "repository", condition: owner == nil ? nil : "owner = ?3")
        return named(table, prefix, owner.map { [$0] } ?? [])
    }

    static func tags(
        _ owner: String?, _ repository: String, _ prefix: String
    ) -> CompletionSQL {
        var table = references
        table.condition = "repository = ?3" + (owner == nil ? "" : " AND owner = ?4")
        return named(table, prefix, [repository] + (owner.map { [$0] } ?? []))
    }

    /// The range of the prefix; and where that is larger than can be looked at, those of the newest
    /// that are in it too, so that they are not missed.
    static func named(
        _ table: Table, _ prefix: String, _ arguments: [String] = []
    ) -> CompletionSQL {
        let answer = "value, moment, detail, digest, outcome, notify_outcome"
        let rows = "SELECT \(table.columns) FROM \(table.name)"
        let newest = """
            \(rows) \(table.condition.map { "WHERE \($0)" } ?? "")
            ORDER BY moment DESC, tie DESC
            """
        let begins = "value >= ?1 AND value < ?2"
        if prefix.isEmpty {
            return CompletionSQL(
                "SELECT \(answer) FROM (\(newest) LIMIT \(scan)) WHERE \(begins)",
                range(prefix) + arguments)
        }
        return CompletionSQL(
            """
            WITH found AS MATERIALIZED (
                \(rows) WHERE \(table.value) >= ?1 AND \(table.value) < ?2
                \(table.condition.map { "AND \($0)" } ?? "") LIMIT \(scan))
            SELECT \(answer) FROM (
                SELECT * FROM found
                UNION ALL
                SELECT * FROM (
                    \(newest)
                    LIMIT (SELECT iif(count(*) = \(scan), \(scan), 0) FROM found))
                WHERE \(begins))
            ORDER BY moment DESC, tie DESC
            """, range(prefix) + arguments)
    }
}
