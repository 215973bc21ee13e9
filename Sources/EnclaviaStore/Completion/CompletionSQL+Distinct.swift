import EnclaviaCore

/// Values that several rows have, and ids.
extension CompletionSQL {
    static func owners(_ prefix: String) -> CompletionSQL {
        CompletionSQL(
            """
            SELECT owner, max(started_at), NULL, NULL, NULL, NULL FROM (
                SELECT owner, started_at FROM repository
                ORDER BY started_at DESC LIMIT \(scan))
            WHERE owner >= ?1 AND owner < ?2 GROUP BY owner ORDER BY 2 DESC
            """, range(prefix))
    }

    /// Each key is one step in the index, however many values it has.
    static func labelKeys(_ prefix: String) -> CompletionSQL {
        CompletionSQL(
            """
            WITH RECURSIVE found (key) AS (\(steps("key", of: "label", limit: scan)))
            SELECT key, (SELECT max(started_at) FROM label WHERE label.key = found.key),
                NULL, NULL, NULL, NULL
            FROM found WHERE key < ?2 ORDER BY 2 DESC
            """, range(prefix))
    }

    /// Those of the newest pushes, and as many by their prefix, each with the push of it that was
    /// recorded last.
    static func digests(_ prefix: DigestPrefix?) -> CompletionSQL {
        CompletionSQL(
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

    /// The different values of an indexed column from `?1` to `?2`, and one more or NULL.
    private static func steps(_ column: String, of table: String, limit: Int) -> String {
        """
        SELECT min(\(column)) FROM \(table) WHERE \(column) >= ?1
        UNION ALL
        SELECT (SELECT min(\(column)) FROM \(table) WHERE \(table).\(column) > found.\(column))
        FROM found WHERE \(column) < ?2 LIMIT \(limit)
        """
    }

    static func pushes(_ prefix: String) -> CompletionSQL {
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
}
