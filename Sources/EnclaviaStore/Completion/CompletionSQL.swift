/// The one statement that answers a question: its columns are value, moment, detail, digest, outcome,
/// notify outcome, and its rows come newest first.
///
/// None reads more than ``scan`` rows, however large the history is: without a prefix the newest are
/// walked in an index that holds all that is shown, with one its range of an index is sorted.
struct CompletionSQL {
    let text: String
    let arguments: [String]

    /// Values that are offered at most.
    static let limit = 200
    /// Rows that are looked at, at most, for them.
    static let scan = 4000
    /// Pushes that are looked at, at most, for distinct digests: those are in no index in this order.
    static let pushScan = 400

    private static let state = "digest, outcome, notify_outcome"

    private init(_ text: String, _ arguments: [String] = []) {
        self.text = text
        self.arguments = arguments
    }

    init(_ question: CompletionQuestion) {
        switch question {
        case .repositories(let owner, let prefix): self = Self.repositories(owner, prefix)
        case .owners(let prefix):
            self.init(
                """
                SELECT owner, max(started_at), NULL, NULL, NULL, NULL FROM (
                    SELECT owner, started_at FROM repository
                    ORDER BY started_at DESC LIMIT \(Self.scan))
                WHERE owner >= ?1 AND owner < ?2 GROUP BY owner ORDER BY 2 DESC
                """, Self.range(prefix))
        case .tagsOf(let owner, let repository, let prefix):
            self = Self.tags(owner, repository, prefix)
        case .tags(let prefix):
            self.init(
                """
                SELECT tag, started_at, owner || '/' || repository, \(Self.state) FROM (
                    SELECT tag, started_at, owner, repository, \(Self.state) FROM reference
                    ORDER BY started_at DESC, push_id DESC LIMIT \(Self.scan))
                WHERE tag >= ?1 AND tag < ?2
                """, Self.range(prefix))
        case .digests(let prefix): self = Self.digests(prefix)
        case .pushes(let prefix): self = Self.pushes(prefix)
        case .labels(let key, let prefix): self = Self.labels(key, prefix)
        case .localImages(let prefix):
            self = Self.named(
                "name", of: "local_image", order: "started_at", prefix, "name, started_at, NULL")
        case .enclaves(let prefix):
            self = Self.named("id", of: "enclave", order: "seen_at", prefix, "id, seen_at, name")
        }
    }

    /// From a prefix to the last text that has it, in the order of UTF-8's bytes.
    private static func range(_ prefix: String) -> [String] {
        [prefix, prefix + "\u{10FFFF}"]
    }

    private static func repositories(_ owner: String?, _ prefix: String) -> CompletionSQL {
        let only = owner == nil ? "" : "AND owner = ?3 "
        let columns = "repository, started_at, owner, \(state)"
        let arguments = range(prefix) + (owner.map { [$0] } ?? [])
        if prefix.isEmpty {
            return CompletionSQL(
                """
                SELECT \(columns) FROM repository
                WHERE +repository >= ?1 AND +repository < ?2 \(only)
                ORDER BY started_at DESC, push_id DESC LIMIT \(scan)
                """, arguments)
        }
        return CompletionSQL(
            """
            SELECT \(columns) FROM (
                SELECT \(columns), push_id FROM repository
                WHERE repository >= ?1 AND repository < ?2 \(only)LIMIT \(scan))
            ORDER BY started_at DESC, push_id DESC
            """, arguments)
    }

    private static func tags(
        _ owner: String?, _ repository: String, _ prefix: String
    ) -> CompletionSQL {
        let only = owner == nil ? "" : "AND owner = ?4 "
        let columns = "tag, started_at, owner || '/' || repository, \(state)"
        let arguments = range(prefix) + [repository] + (owner.map { [$0] } ?? [])
        if prefix.isEmpty {
            return CompletionSQL(
                """
                SELECT \(columns) FROM reference
                WHERE repository = ?3 AND +tag >= ?1 AND +tag < ?2 \(only)
                ORDER BY started_at DESC, push_id DESC LIMIT \(scan)
                """, arguments)
        }
        return CompletionSQL(
            """
            SELECT \(columns) FROM (
                SELECT tag, started_at, owner, repository, \(state), push_id FROM reference
                WHERE repository = ?3 AND tag >= ?1 AND tag < ?2 \(only)LIMIT \(scan))
            ORDER BY started_at DESC, push_id DESC
            """, arguments)
    }

    private static func digests(_ prefix: String) -> CompletionSQL {
        let columns =
            "digest, started_at, owner || '/' || repository, NULL, outcome, notify_outcome"
        // A prefix of three digits leaves one push in four thousand.
        if prefix.utf8.count < 3 {
            return CompletionSQL(
                """
                SELECT \(columns) FROM (
                    SELECT num FROM push ORDER BY started_at DESC, id DESC LIMIT \(pushScan))
                JOIN push USING (num) WHERE digest >= ?1 AND digest < ?2
                """, range("sha256:" + prefix))
        }
        return CompletionSQL(
            """
            SELECT \(columns) FROM (
                SELECT digest, started_at, id, owner, repository, outcome, notify_outcome FROM push
                WHERE digest >= ?1 AND digest < ?2 LIMIT \(pushScan))
            ORDER BY started_at DESC, id DESC
            """, range("sha256:" + prefix))
    }

    private static func pushes(_ prefix: String) -> CompletionSQL {
        let columns = "id, started_at, owner || '/' || repository, NULL, outcome, notify_outcome"
        if prefix.isEmpty {
            return CompletionSQL(
                """
                SELECT \(columns) FROM push ORDER BY started_at DESC, id DESC LIMIT \(limit)
                """)
        }
        // Ids begin with their time, so that their order is nearly that of the pushes.
        return CompletionSQL(
            """
            SELECT \(columns) FROM push WHERE id >= ?1 AND id < ?2 ORDER BY id DESC LIMIT \(limit)
            """, range(prefix))
    }

    private static func labels(_ key: String?, _ prefix: String) -> CompletionSQL {
        guard let key else {
            return CompletionSQL(
                """
                SELECT key, max(started_at), NULL, NULL, NULL, NULL FROM (
                    SELECT key, started_at FROM label WHERE key >= ?1 AND key < ?2 LIMIT \(scan))
                GROUP BY key ORDER BY 2 DESC
                """, range(prefix))
        }
        return CompletionSQL(
            """
            SELECT value, started_at, NULL, NULL, NULL, NULL FROM (
                SELECT value, started_at FROM label
                WHERE key = ?3 AND value >= ?1 AND value < ?2 LIMIT \(scan))
            ORDER BY started_at DESC
            """, range(prefix) + [key])
    }

    /// The rows of a small table, newest first.
    private static func named(
        _ name: String, of table: String, order: String, _ prefix: String, _ columns: String
    ) -> CompletionSQL {
        let columns = "\(columns), NULL, NULL, NULL"
        if prefix.isEmpty {
            return CompletionSQL(
                "SELECT \(columns) FROM \(table) ORDER BY \(order) DESC LIMIT \(limit)")
        }
        return CompletionSQL(
            """
            SELECT \(columns) FROM (
                SELECT * FROM \(table) WHERE \(name) >= ?1 AND \(name) < ?2 LIMIT \(scan))
            ORDER BY \(order) DESC
            """, range(prefix))
    }
}
