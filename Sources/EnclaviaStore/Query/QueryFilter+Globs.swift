import GRDB

/// Globs over the names of a push, as an index can answer them.
extension QueryFilter {
    /// Asks the references, of which there are far fewer than pushes, which repositories can match. Where
    /// they hold a small part of the pushes, those repositories are looked up; else the pushes are walked
    /// in their order, so that neither a rare glob reads everything nor a common one sorts everything.
    ///
    /// - Parameters:
    ///   - rank: where the repositories are looked up.
    ///   - ofMany: the rank where the pushes are walked.
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
