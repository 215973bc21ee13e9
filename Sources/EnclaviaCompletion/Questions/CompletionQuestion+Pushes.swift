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
        let prefix = prefix?.description ?? DigestPrefix.algorithm
        return Self(
            recorded("digest", detail: "owner || '/' || repository") + " ORDER BY moment DESC",
            range(prefix), prefix: prefix,
            sources: [source("digest", detail: "owner || '/' || repository")])
    }

    /// Commits that begin with `prefix`, of working directories and of images, each with its newest reference.
    package static func commits(prefix: String) -> Self {
        let columns = ["context_git_commit", "image_revision"]
        return Self(
            columns.map { "SELECT * FROM (\(recorded($0, detail: name, scan: limit)))" }
                .joined(separator: " UNION ALL ") + " ORDER BY moment DESC",
            range(prefix), prefix: prefix, sources: columns.map { source($0, detail: name) })
    }

    /// The values of a column of `push` with an index of its own.
    private static func recorded(
        _ column: String, detail: String, scan: Int = pushScan
    ) -> String {
        """
        WITH RECURSIVE found (value) AS (
            SELECT min(\(column)) FROM push WHERE \(column) >= ?1
            UNION ALL
            SELECT (SELECT min(\(column)) FROM push WHERE \(column) > found.value)
            FROM found WHERE value < ?2 LIMIT \(scan))
        SELECT \(column), started_at AS moment, \(detail), NULL, outcome, notify_outcome
        FROM (
            SELECT num FROM (
                SELECT num FROM push ORDER BY started_at DESC, id DESC LIMIT \(scan))
            UNION
            SELECT (SELECT max(num) FROM push WHERE \(column) = found.value)
            FROM found WHERE value < ?2)
        JOIN push USING (num) WHERE \(column) >= ?1 AND \(column) < ?2
        """
    }

    /// The values of a column of `push` with an index.
    private static func source(_ column: String, detail: String = "NULL") -> CompletionSource {
        CompletionSource(
            table: "push", value: column,
            columns: "started_at, \(detail), NULL, outcome, notify_outcome", repeats: true)
    }

    /// What a push is called by: its reference, or what was typed.
    private static let name = "coalesce(owner || '/' || repository || ':' || tag, destination)"

    /// Ids of pushes that begin with `prefix`, each with its reference.
    package static func pushes(prefix: String) -> Self {
        // Ids begin with their time, so that their order is nearly that of the pushes.
        Self(
            """
            SELECT id, \(pushColumns) FROM push WHERE id >= ?1 AND id < ?2
            ORDER BY id DESC LIMIT \(limit + 1)
            """, range(prefix), prefix: prefix, sources: [source("id", detail: name)])
    }

    /// The short ids that tables print, which are the ends of pushes' ids, that begin with `prefix`; each with its
    /// reference.
    ///
    /// The index of the last six characters helps once four or more of the eight characters have been typed. With
    /// fewer, the query reads only the newest pushes; with exactly four it reads both, since many pushes may be in
    /// the range.
    package static func shortIDs(prefix: String) -> Self {
        let short = "substr(id, -\(shortIDLength))"
        let order = "ORDER BY started_at DESC, id DESC LIMIT \(limit + 1)"
        if prefix.isEmpty {
            var rest = Rest.rows(of: "push", after: limit)
            rest.ends = shortEnds
            return Self(
                "SELECT \(short), \(pushColumns) FROM push \(order)", rest: rest)
        }
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
        let typed = String(prefix.dropFirst(shortIDLength - 6))
        let isHex = prefix.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
        var rest =
            !isHex
            ? nil
            : length > 3
                ? Rest(
                    sql: """
                        SELECT 1 FROM push WHERE substr(id, -6) >= ?1 AND substr(id, -6) < ?2
                        LIMIT 1 OFFSET \(length > 4 ? scan : pushScan)
                        """, arguments: range(typed))
                : .rows(of: "push", after: scan)
        rest?.ends = shortEnds
        return Self(
            """
            SELECT \(short), \(pushColumns) FROM (\(found.joined(separator: " UNION ")))
            JOIN push USING (num) WHERE \(begins) \(order)
            """, range(prefix) + (length > 3 ? range(typed) : []), prefix: prefix, rest: rest)
    }

    /// The least and the greatest short id. The index of ids holds what this reads of all pushes.
    private static let shortEnds = """
        WITH ends AS MATERIALIZED (
            SELECT min(substr(id, -\(shortIDLength))) AS least,
                max(substr(id, -\(shortIDLength))) AS greatest FROM push
            WHERE substr(id, -\(shortIDLength)) >= ?1 AND substr(id, -\(shortIDLength)) < ?2)
        """
        + ["least", "greatest"].map { end in
            """
             SELECT * FROM (
                SELECT substr(id, -\(shortIDLength)) AS short, \(pushColumns)
                FROM ends CROSS JOIN push ON substr(id, -6) = substr(\(end), -6)
                WHERE short = \(end) LIMIT 1)
            """
        }.joined(separator: " UNION ALL")

    /// How many characters of the end of an id tables print.
    package static let shortIDLength = 8

    /// The columns that follow a push's id in an answer.
    private static let pushColumns = "started_at, \(name), NULL, outcome, notify_outcome"

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
            """, range(prefix), prefix: prefix,
            sources: columns.map {
                CompletionSource(
                    table: "push", value: $0, columns: "started_at, NULL, NULL, NULL, NULL",
                    repeats: true)
            })
    }
}
