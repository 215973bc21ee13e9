import EnclaviaBase

/// A completion query on the history: one statement, whose columns are value, moment, detail, digest, outcome and
/// notify outcome, and whose rows come newest first.
///
/// No query reads many more than ``scan`` rows, however large the history is. Without a prefix it walks the newest
/// rows in a covering index; with a prefix it sorts the prefix's range of an index. The prefix is what has been
/// typed of the value; it may be empty.
package struct CompletionQuestion: Sendable {
    package let sql: String
    package let arguments: [String]

    /// The most values that are offered.
    static let limit = 200
    /// The most rows that a query reads to find them.
    static let scan = 2000

    init(_ sql: String, _ arguments: [String] = []) {
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

    /// Keys of labels, or the values of `key` if it is given.
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

    /// Local images, as they were typed. Leaves out digests, which a push records that kept the tag (`--tag-policy
    /// keep`), and names that only failed pushes have, since there may be no such image.
    ///
    /// The outcome of an image's newest push is read from the index by time, where the newest pushes are adjacent.
    /// The image's other pushes are read only if that one failed.
    package static func localImages(prefix: String) -> Self {
        CompletionTable(
            name: "local_image", value: "name", state: nil, condition: "name NOT GLOB 'sha256:*'",
            check: """
                ((
                    SELECT outcome FROM push INDEXED BY push_started
                    WHERE push.started_at = moment AND push.id = tie) <> 'failed'
                OR EXISTS (
                    SELECT 1 FROM (
                        SELECT outcome FROM push WHERE local_image = value
                        ORDER BY push.started_at DESC LIMIT \(imageScan))
                    WHERE outcome <> 'failed'))
                """
        ).question(prefix)
    }

    /// The most pushes of one image that are read to find one that did not fail.
    private static let imageScan = 20

    /// The prefixes `registry/owner/` of the references that were pushed last.
    package static let namespaces = Self(
        """
        SELECT DISTINCT registry || '/' || owner || '/', NULL, NULL, NULL, NULL, NULL FROM (
            SELECT registry, owner FROM reference
            ORDER BY started_at DESC, push_id DESC LIMIT \(scan))
        """)

    /// Ids of enclaves that were seen.
    package static func enclaves(prefix: String) -> Self {
        CompletionTable(
            name: "enclave", value: "id", moment: "seen_at", detail: "name", state: nil, tie: "id"
        ).question(prefix)
    }

    /// SQL for the distinct values of an indexed column from `?1` to `?2`, followed by one more value or NULL.
    static func steps(_ column: String, of table: String, limit: Int) -> String {
        """
        SELECT min(\(column)) FROM \(table) WHERE \(column) >= ?1
        UNION ALL
        SELECT (SELECT min(\(column)) FROM \(table) WHERE \(table).\(column) > found.\(column))
        FROM found WHERE \(column) < ?2 LIMIT \(limit)
        """
    }

    /// From a prefix to the last text that has it, in the order of UTF-8's bytes.
    static func range(_ prefix: String) -> [String] {
        [prefix, prefix + "\u{10FFFF}"]
    }
}
