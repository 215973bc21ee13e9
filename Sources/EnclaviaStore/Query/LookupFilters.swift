import EnclaviaCore
import GRDB

/// Filters by globs and labels, written so that an index can be used.
extension QueryFilter {
    /// Filters by globs on the names of a push. Finds the matching repositories in `reference`, which has far fewer
    /// rows than `push`. If they hold a small part of the pushes, looks those repositories up; otherwise walks the
    /// pushes in order. So a rare glob does not read every push, and a common one does not sort them.
    ///
    /// - Parameters:
    ///   - rank: the filter's rank if the repositories are looked up.
    ///   - ofMany: the filter's rank if the pushes are walked.
    static func globs(
        _ globs: [String], rank: Int, ofMany: Int, _ db: Database
    ) throws -> [QueryFilter] {
        guard !globs.isEmpty else { return [] }
        let matching = try Row.fetchAll(
            db,
            SQLRequest(
                literal: """
                    SELECT repository, SUM(pushes) FROM reference
                    WHERE \(condition(globs, table: "reference")) GROUP BY repository
                    """))
        let names = matching.map { $0[0] as String }
        let pushes = matching.reduce(0) { $0 + ($1[1] as Int) }
        let total = try Int.fetchOne(db, sql: "SELECT count FROM tally WHERE name = 'pushes'") ?? 0
        let areMany = names.count > 1000
        let condition = condition(globs, table: "push")
        guard names.count == 1 || (pushes < total / 8 && !areMany) || names.isEmpty else {
            return [QueryFilter(ofMany) { _ in condition }]
        }
        return [
            QueryFilter(rank) { mark in "\(mark)push.repository IN \(names) AND (\(condition))" }
        ]
    }

    private static func condition(_ globs: [String], table: String) -> SQL {
        if let glob = globs.first, globs.count == 1 { return matches("\(glob)", table: table) }
        return """
            EXISTS (SELECT 1 FROM \(ValueTable.of(globs)) AS wanted \
            WHERE \(matches("wanted.column1", table: table)))
            """
    }

    private static func matches(_ glob: SQL, table: String) -> SQL {
        let table = SQL(sql: table)
        return """
            \(table).owner || '/' || \(table).repository || ':' || \(table).tag GLOB \(glob) \
            OR \(table).repository || ':' || \(table).tag GLOB \(glob) \
            OR \(table).owner || '/' || \(table).repository GLOB \(glob) \
            OR +\(table).repository GLOB \(glob) \
            OR \(table).registry || '/' || \(table).owner || '/' || \(table).repository || ':' \
            || \(table).tag GLOB \(glob) \
            OR \(table).registry || '/' || \(table).owner || '/' || \(table).repository GLOB \(glob)
            """
    }
}

extension QueryFilter {
    /// Different keys must all match, values of one key are alternatives. The key that the fewest pushes are likely
    /// to match has a filter of its own, all others have one together.
    static func labels(_ labels: [LabelFilter]) -> [QueryFilter] {
        let wanted = Dictionary(grouping: labels) { ByteText($0.key) }.map { _, labels in
            let values = labels.contains { $0.value == nil } ? nil : labels.compactMap(\.value)
            return (key: labels[0].key, values: values)
        }.sorted { (selectivity($0.values), $0.key) < (selectivity($1.values), $1.key) }
        guard let (key, values) = wanted.first else { return [] }
        let first =
            switch values {
            case nil: labelled(key)
            case let values?: values.count == 1 ? labelled(key, values[0]) : labelled(key, values)
            }
        let others = wanted.dropFirst()
        return others.isEmpty ? [first] : [first, all(Array(others))]
    }

    /// How few pushes a key is likely to match: the fewer values, the fewer pushes, and any value the most.
    private static func selectivity(_ values: [String]?) -> Int { values?.count ?? .max }

    /// Whether a push has each of the keys, with one of its values where it has any. Never drives a query, since
    /// another key's filter stands before it.
    private static func all(_ wanted: [(key: String, values: [String]?)]) -> QueryFilter {
        let rows = wanted.flatMap { key, values -> [[String?]] in
            values?.map { [key, $0] } ?? [[key, nil]]
        }
        return QueryFilter(36) { _ in
            """
            (SELECT count(DISTINCT wanted.column1) FROM \(ValueTable.of(rows)) AS wanted \
            JOIN json_each(push.labels) AS own ON own.key = wanted.column1 \
            AND ifnull(wanted.column2 = own.value, 1)) = \(wanted.count)
            """
        }
    }

    /// A single value's pushes come in order out of the primary key of `push_label`.
    private static func labelled(_ key: String, _ value: String) -> QueryFilter {
        let source: SQL = "push_label CROSS JOIN push ON push.num = push_label.num"
        return QueryFilter(30, source: source, moment: "push_label.started_at") { mark in
            mark.isEmpty
                ? "push_label.key = \(key) AND push_label.value = \(value)" : hasLabel(key, [value])
        }
    }

    private static func labelled(_ key: String, _ values: [String]) -> QueryFilter {
        QueryFilter(33) { mark in
            mark.isEmpty
                ? "push.num IN (SELECT num FROM push_label WHERE key = \(key) AND value IN \(values))"
                : hasLabel(key, values)
        }
    }

    /// Any value of a key. Behind another filter the push's own labels are looked through, since
    /// `push_label` finds a push by key and value only.
    private static func labelled(_ key: String) -> QueryFilter {
        QueryFilter(35) { mark in
            mark.isEmpty
                ? "push.num IN (SELECT num FROM push_label WHERE key = \(key))"
                : "EXISTS (SELECT 1 FROM json_each(push.labels) AS own WHERE own.key = \(key))"
        }
    }

    private static func hasLabel(_ key: String, _ values: [String]) -> SQL {
        """
        EXISTS (SELECT 1 FROM push_label AS other WHERE other.key = \(key) \
        AND other.value IN \(values) AND other.started_at = push.started_at \
        AND other.num = push.num)
        """
    }
}
