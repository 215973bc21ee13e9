import EnclaviaCore

/// What TAB may ask of the history, and the one statement that answers it: its columns are value, moment,
/// detail, digest, outcome, notify outcome, and its rows come newest first.
///
/// None reads many more than ``scan`` rows, however large the history is: without a prefix the newest
/// are walked in an index that holds all that is shown, with one its range of an index is sorted. A prefix
/// is what has been typed of the value; it may be empty.
package struct CompletionQuestion: Sendable {
    let sql: String
    let arguments: [String]

    /// Values that are offered at most.
    static let limit = 200
    /// Rows that are looked at, at most, for them.
    fileprivate static let scan = 2000
    /// Pushes that are looked at, at most, for distinct digests: those are in no index in this order.
    private static let pushScan = 400

    fileprivate init(_ sql: String, _ arguments: [String] = []) {
        self.sql = sql
        self.arguments = arguments
    }

    /// Repositories, of any owner or of one.
    package static func repositories(owner: String?, prefix: String) -> Self {
        CompletionTable(
            name: "repository", value: "repository", detail: "owner",
            condition: owner.map { _ in "owner = ?3" }
        ).question(prefix, owner.map { [$0] } ?? [])
    }

    /// Owners of repositories.
    package static func owners(prefix: String) -> Self {
        Self(
            """
            SELECT owner, max(started_at), NULL, NULL, NULL, NULL FROM (
                SELECT owner, started_at FROM repository
                ORDER BY started_at DESC LIMIT \(scan))
            WHERE owner >= ?1 AND owner < ?2 GROUP BY owner ORDER BY 2 DESC
            """, range(prefix))
    }

    /// Tags of all repositories.
    package static func tags(prefix: String) -> Self { CompletionTable.references.question(prefix) }

    /// Tags of a repository, of any owner or of one.
    package static func tagsOf(owner: String?, repository: String, prefix: String) -> Self {
        var table = CompletionTable.references
        table.condition = "repository = ?3" + (owner == nil ? "" : " AND owner = ?4")
        return table.question(prefix, [repository] + (owner.map { [$0] } ?? []))
    }

    /// Digests of the newest pushes, and as many by their prefix, `nil` where no digit has been typed; each
    /// with the push of it that was recorded last.
    package static func digests(prefix: DigestPrefix?) -> Self {
        Self(
            """
            WITH RECURSIVE found (digest) AS (\(steps("digest", of: "push", limit: pushScan)))
            SELECT digest, started_at, owner || '/' || repository, NULL, outcome, notify_outcome
            FROM (
                SELECT num FROM (
                    SELECT num FROM push ORDER BY started_at DESC, id DESC LIMIT \(pushScan))
                UNION
                SELECT (SELECT max(num) FROM push WHERE push.digest = found.digest)
                FROM found WHERE digest < ?2)
            JOIN push USING (num) WHERE digest >= ?1 AND digest < ?2
            ORDER BY started_at DESC, id DESC
            """, range(prefix?.description ?? DigestPrefix.algorithm))
    }

    /// Ids of pushes.
    package static func pushes(prefix: String) -> Self {
        let columns = "id, started_at, owner || '/' || repository, NULL, outcome, notify_outcome"
        if prefix.isEmpty {
            return Self(
                """
                SELECT \(columns) FROM push ORDER BY started_at DESC, id DESC LIMIT \(limit)
                """)
        }
        // Ids begin with their time, so that their order is nearly that of the pushes.
        return Self(
            """
            SELECT \(columns) FROM push WHERE id >= ?1 AND id < ?2 ORDER BY id DESC LIMIT \(limit)
            """, range(prefix))
    }

    /// Keys of labels, or, once there is a key, its values.
    package static func labels(key: String?, prefix: String) -> Self {
        if let key {
            return CompletionTable(name: "label", value: "value", state: nil, condition: "key = ?3")
                .question(prefix, [key])
        }
        // Each key is one step in the index, however many values it has.
        return Self(
            """
            WITH RECURSIVE found (key) AS (\(steps("key", of: "label", limit: scan)))
            SELECT key, (SELECT max(started_at) FROM label WHERE label.key = found.key),
                NULL, NULL, NULL, NULL
            FROM found WHERE key < ?2 ORDER BY 2 DESC
            """, range(prefix))
    }

    /// Local images, as they were typed. What a push kept is named by its digest, and is no local image.
    package static func localImages(prefix: String) -> Self {
        CompletionTable(
            name: "local_image", value: "name", state: nil, condition: "name NOT GLOB 'sha256:*'"
        ).question(prefix)
    }

    /// Ids of enclaves that were seen.
    package static func enclaves(prefix: String) -> Self {
        CompletionTable(
            name: "enclave", value: "id", moment: "seen_at", detail: "name", state: nil, tie: "id"
        ).question(prefix)
    }

    /// The different values of an indexed column from `?1` to `?2`, and one more or NULL.
    private static func steps(_ column: String, of table: String, limit: Int) -> String {
        """
        SELECT min(\(column)) FROM \(table) WHERE \(column) >= ?1
        UNION ALL
        SELECT (SELECT min(\(column)) FROM \(table) WHERE \(table).\(column) > found.\(column))
        FROM found WHERE \(column) < ?2 LIMIT \(limit)
        """
    }

    /// From a prefix to the last text that has it, in the order of UTF-8's bytes.
    fileprivate static func range(_ prefix: String) -> [String] {
        [prefix, prefix + "\u{10FFFF}"]
    }
}

/// A table with one row for each value, where values are found by their prefix in one index, and walked from
/// the newest in another.
private struct CompletionTable {
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
        if prefix.isEmpty {
            return CompletionQuestion(
                "SELECT \(answer) FROM (\(newest) LIMIT \(scan)) WHERE \(begins)", arguments)
        }
        return CompletionQuestion(
            """
            WITH found AS MATERIALIZED (
                \(rows) WHERE \(value) >= ?1 AND \(value) < ?2
                \(condition.map { "AND \($0)" } ?? "") LIMIT \(scan))
            SELECT \(answer) FROM (
                SELECT * FROM found
                UNION ALL
                SELECT * FROM (
                    \(newest)
                    LIMIT (SELECT iif(count(*) = \(scan), \(scan), 0) FROM found))
                WHERE \(begins))
            ORDER BY moment DESC, tie DESC
            """, arguments)
    }
}
