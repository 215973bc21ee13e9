import EnclaviaBase

/// A completion query on the history: one statement, whose columns are value, moment, detail, digest, outcome and
/// notify outcome, and whose rows come newest first.
///
/// No query reads many more than ``scan`` rows, however large the history is, but ``isSearch``. Without a prefix it
/// walks the newest rows in a covering index; with a prefix it sorts the prefix's range of an index. The prefix is what
/// has been typed of the value; it may be empty.
package struct CompletionQuestion: Sendable {
    package let sql: String
    package let arguments: [String]
    /// What all answers begin with.
    let prefix: String
    /// Where all values are.
    let sources: [CompletionSource]
    /// A statement that has a row where this one did not read all rows that matter; `nil` where it reads them all, or
    /// as many as are offered.
    let rest: Rest?
    /// Whether it reads every value there is.
    var isSearch = false

    /// Rows beyond those that were read.
    struct Rest: Sendable {
        let sql: String
        var arguments: [String] = []
        /// The least and the greatest value of all rows, which reads them all; `nil` where that is not worth the time.
        var ends: String?

        /// The rows of `table` after the first `count`.
        static func rows(of table: String, after count: Int) -> Rest {
            Rest(sql: "SELECT 1 FROM \(table) LIMIT 1 OFFSET \(count)")
        }
    }

    /// Whether rows beyond those that it read are looked for.
    package var readsOn: Bool { rest != nil }

    /// Whether rows are left out that were read.
    var hasCheck: Bool { sources.contains { $0.check != nil } }

    /// The most values that are offered.
    package static let limit = 200
    /// The most rows that a query reads to find them.
    static let scan = 2000

    init(
        _ sql: String, _ arguments: [String] = [], prefix: String = "",
        sources: [CompletionSource] = [], rest: Rest? = nil
    ) {
        self.sql = sql
        self.arguments = arguments
        self.prefix = prefix
        self.sources = sources
        self.rest = rest
    }

    /// Repositories, of any owner or of one; of any registry or, with an owner, of one.
    package static func repositories(
        registry: String? = nil, owner: String?, prefix: String
    ) -> Self {
        if let registry, let owner {
            return CompletionTable(
                name: "reference", value: "repository", detail: "owner",
                condition: "owner = ?3 AND registry = ?4"
            ).question(prefix, [owner, registry])
        }
        return CompletionTable(
            name: "repository", value: "repository", detail: "owner",
            condition: owner.map { _ in "owner = ?3" }
        ).question(prefix, owner.map { [$0] } ?? [])
    }

    /// Tags of all repositories.
    package static func tags(prefix: String) -> Self { CompletionTable.references.question(prefix) }

    /// Tags of a repository, of any owner or of one; of any registry or, with an owner, of one.
    package static func tagsOf(
        registry: String? = nil, owner: String?, repository: String, prefix: String
    ) -> Self {
        var table = CompletionTable.references
        let given = [("owner = ?4", owner), ("registry = ?5", owner == nil ? nil : registry)]
            .filter { $0.1 != nil }
        table.condition = (["repository = ?3"] + given.map(\.0)).joined(separator: " AND ")
        return table.question(prefix, [repository] + given.compactMap(\.1))
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
            """, range(prefix), prefix: prefix,
            sources: [CompletionSource(table: "label", value: "key", repeats: true)])
    }

    /// Local images, as they were typed. Leaves out digests, which a push records that kept the tag (`--tag-policy
    /// keep`), and names that only failed pushes have, or only pushes of other machines: there may be no such image.
    package static func localImages(prefix: String) -> Self {
        CompletionTable(
            name: "local_image", value: "name", state: nil, condition: "name NOT GLOB 'sha256:*'",
            check: """
                EXISTS (
                    SELECT 1 FROM (
                        SELECT outcome, origin_imported_at FROM push WHERE local_image = value
                        ORDER BY push.started_at DESC LIMIT \(imageScan))
                    WHERE outcome <> 'failed' AND origin_imported_at IS NULL)
                """, scan: imagesScan
        ).question(prefix)
    }

    /// The most images, and the most pushes of one image, that are read to find one of this machine.
    private static let imagesScan = 200
    private static let imageScan = 10

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
