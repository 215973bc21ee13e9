import EnclaviaBase

/// Completion queries over the table `push`.
extension CompletionQuestion {
    /// The most rows of `push`, or distinct values in an index, that a query reads where no index has what it needs
    /// in the order of time.
    private static let pushScan = 400

    /// Digests that begin with `prefix`: those of the newest pushes, and as many from the index, each with the push
    /// that was recorded last.
    ///
    /// - Parameter prefix: `nil` if no digit has been typed.
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

    /// Ids of pushes that begin with `prefix`, each with its reference.
    package static func pushes(prefix: String) -> Self {
        // Ids begin with their time, so that their order is nearly that of the pushes.
        Self(
            """
            SELECT id, \(pushColumns) FROM push WHERE id >= ?1 AND id < ?2
            ORDER BY id DESC LIMIT \(limit)
            """, range(prefix))
    }

    /// The short ids that tables print, which are the ends of pushes' ids, that begin with `prefix`; each with its
    /// reference.
    ///
    /// The index of the last six characters helps once four or more of the eight characters have been typed. With
    /// fewer, the query reads only the newest pushes; with exactly four it reads both, since many pushes may be in
    /// the range.
    package static func shortIDs(prefix: String) -> Self {
        let short = "substr(id, -\(shortIDLength))"
        let order = "ORDER BY started_at DESC, id DESC LIMIT \(limit)"
        if prefix.isEmpty { return Self("SELECT \(short), \(pushColumns) FROM push \(order)") }
        let begins = "\(short) >= ?1 AND \(short) < ?2"
        let newest = """
            SELECT num FROM (
                SELECT num, id FROM push ORDER BY started_at DESC, id DESC LIMIT \(scan))
            WHERE \(begins)
            """
        let length = prefix.utf8.count
        let indexed = """
            SELECT num FROM (
                SELECT num FROM push WHERE substr(id, -6) >= ?3 AND substr(id, -6) < ?4
                LIMIT \(length > 4 ? scan : pushScan))
            """
        let found = [length < 5 ? newest : nil, length > 3 ? indexed : nil].compactMap { $0 }
        let rest = String(prefix.dropFirst(shortIDLength - 6))
        return Self(
            """
            SELECT \(short), \(pushColumns) FROM (\(found.joined(separator: " UNION ")))
            JOIN push USING (num) WHERE \(begins) \(order)
            """, range(prefix) + (length > 3 ? range(rest) : []))
    }

    /// How many characters of the end of an id tables print.
    package static let shortIDLength = 8

    /// The columns that follow a push's id in an answer.
    private static let pushColumns = """
        started_at, coalesce(owner || '/' || repository || ':' || tag, destination), \
        NULL, outcome, notify_outcome
        """

    /// Hosts that pushes came from.
    package static func hosts(prefix: String) -> Self { values(of: ["context_host"], prefix) }

    /// Users who pushed: of the operating system, and of CI.
    package static func users(prefix: String) -> Self {
        values(of: ["context_user", "context_ci_actor"], prefix)
    }

    /// The values of columns of `push` that have an index with `started_at`; each distinct value costs one step in
    /// the index. If there are more than ``pushScan``, adds the values of the newest pushes.
    private static func values(of columns: [String], _ prefix: String) -> Self {
        let parts = columns.map { column in
            """
            SELECT * FROM (
                WITH RECURSIVE found (\(column)) AS (
                    \(steps(column, of: "push", limit: pushScan)))
                SELECT \(column) AS value, (
                    SELECT max(started_at) FROM push WHERE push.\(column) = found.\(column)) AS moment
                FROM found WHERE \(column) < ?2
                UNION ALL
                SELECT \(column), started_at FROM (
                    SELECT \(column), started_at FROM push ORDER BY started_at DESC, id DESC
                    LIMIT (SELECT iif(count(*) = \(pushScan), \(pushScan), 0) FROM found))
                WHERE \(column) >= ?1 AND \(column) < ?2)
            """
        }
        return Self(
            """
            SELECT value, moment, NULL, NULL, NULL, NULL
            FROM (\(parts.joined(separator: " UNION ALL "))) ORDER BY moment DESC
            """, range(prefix))
    }
}
