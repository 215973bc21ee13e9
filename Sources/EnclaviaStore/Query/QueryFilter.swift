import EnclaviaCore
import GRDB

/// One filter: a condition that uses an index if the filter drives the query, and otherwise does not.
struct QueryFilter {
    /// The filter with the lowest rank drives the query.
    let rank: Int
    /// What the query reads from if the filter drives it; `nil` for `push` alone. Either a partial index that holds
    /// exactly the filter's rows, which the planner does not choose by itself, or a table that leads to the pushes.
    let source: SQL?
    /// The column `started_at` of `source`, if that is in its order.
    let moment: SQL?
    /// Makes the condition. `mark` stands before each column that has an index, and is empty where the
    /// filter drives the query.
    let condition: (_ mark: SQL) -> SQL
    var drives = false

    init(
        _ rank: Int, source: SQL? = nil, moment: SQL? = nil,
        _ condition: @escaping (_ mark: SQL) -> SQL
    ) {
        self.rank = rank
        self.source = source
        self.moment = moment
        self.condition = condition
    }

    var sql: SQL { "(" + condition(drives ? "" : "+") + ")" }
}

extension QueryFilter {
    /// The filters of a query, each with its rank and its SQL, in the order of the conditions.
    ///
    /// A rank is a guess at how few pushes the filter lets through: the fewer, the lower.
    ///
    /// - Parameter orphaned: the pushes whose row says `running`, but whose process has ended.
    static func all(
        _ query: HistoryQuery, _ db: Database, orphaned: [PushID]
    ) throws -> [QueryFilter] {
        var filters: [QueryFilter] = []
        filters += ranked(10, query.digestPrefixes) { digests, mark in
            prefixed(["digest"], digests.map(\.description), mark: mark)
        }
        filters += ranked(20, query.commitPrefixes) { commits, mark in
            prefixed(["context_git_commit", "image_revision"], commits, mark: mark)
        }
        // 30 to 36.
        filters += labels(query.labels)
        filters += ranked(40, query.repositories, repositories)
        filters += try globs(query.globs, rank: 50, ofMany: 100, db)
        filters += ranked(60, query.tags) { tags, mark in "\(mark)push.tag IN \(tags)" }
        filters += ranked(70, query.users) { users, mark in
            "\(mark)push.context_user IN \(users) OR \(mark)push.context_ci_actor IN \(users)"
        }
        filters += ranked(80, query.hosts) { hosts, mark in "\(mark)push.context_host IN \(hosts)" }
        let areDelivered = query.notifyOutcomes.contains(.delivered)
        filters += ranked(areDelivered ? 97 : 85, query.notifyOutcomes) { outcomes, mark in
            "\(mark)push.notify_outcome IN \(Set(outcomes.map(\.rawValue)).sorted())"
        }
        let areSucceeded = query.outcomes.contains(.succeeded)
        filters += ranked(areSucceeded ? 98 : 90, query.outcomes) { outcomes, mark in
            pushOutcomes(outcomes, orphaned: orphaned, mark: mark)
        }
        if query.movesOnly {
            let index = try indexOfMoves(query, db)
            filters.append(
                QueryFilter(95, source: "push INDEXED BY \(index)") { mark in
                    "\(mark)push.tag_change IN ('created', 'moved')"
                })
        }
        return filters
    }

    /// The filter of these values; none where there are no values.
    private static func ranked<Value>(
        _ rank: Int, _ values: [Value],
        _ condition: @escaping (_ values: [Value], _ mark: SQL) -> SQL
    ) -> [QueryFilter] {
        values.isEmpty ? [] : [QueryFilter(rank) { mark in condition(values, mark) }]
    }

    /// Whether any of the columns has any of the prefixes: is between it and the last text that has it, in the order
    /// of UTF-8's bytes.
    private static func prefixed(_ columns: [String], _ prefixes: [String], mark: SQL) -> SQL {
        if let prefix = prefixes.first, prefixes.count == 1 {
            return columns.map { column -> SQL in
                let column: SQL = "\(mark)push.\(sql: column)"
                return "(\(column) >= \(prefix) AND \(column) < \(prefix + "\u{10FFFF}"))"
            }.joined(separator: " OR ")
        }
        let table = ValueTable.of(prefixes.map { [$0, $0 + "\u{10FFFF}"] })
        return columns.map { column -> SQL in
            let column: SQL = "\(mark)push.\(sql: column)"
            guard mark.isEmpty else {
                return """
                    EXISTS (SELECT 1 FROM \(table) AS wanted \
                    WHERE \(column) >= wanted.column1 AND \(column) < wanted.column2)
                    """
            }
            return """
                push.num IN (SELECT push.num FROM \(table) AS wanted CROSS JOIN push \
                WHERE \(column) >= wanted.column1 AND \(column) < wanted.column2)
                """
        }.joined(separator: " OR ")
    }

    private static func repositories(_ wanted: [RepositoryFilter], mark: SQL) -> SQL {
        let names = Set(wanted.map(\.repository)).sorted()
        let isAnyOwner = wanted.allSatisfy { $0.owner == nil }
        let table = ValueTable.of(wanted.map { [$0.repository, $0.owner, $0.registry] })
        let owned: SQL = """
             AND EXISTS (SELECT 1 FROM \(table) AS wanted WHERE wanted.column1 = push.repository \
            AND ifnull(wanted.column2 = push.owner, wanted.column2 IS NULL) \
            AND ifnull(wanted.column3 = push.registry, wanted.column3 IS NULL))
            """
        let owners: SQL = isAnyOwner ? "" : owned
        return "\(mark)push.repository IN \(names)\(owners)"
    }

    /// A push that reads `interrupted` while its row says `running` belongs to the former.
    private static func pushOutcomes(
        _ wanted: [PushOutcome], orphaned: [PushID], mark: SQL
    ) -> SQL {
        var words = Set(wanted.map(\.rawValue))
        let ids = orphaned.map(\.text)
        var exception: SQL = ""
        switch (wanted.contains(.running), wanted.contains(.interrupted)) {
        case (true, false) where !orphaned.isEmpty:
            exception = " AND NOT (+push.outcome = 'running' AND +push.id IN \(ids))"
        case (false, true) where !orphaned.isEmpty:
            words.insert(PushOutcome.running.rawValue)
            exception = " AND NOT (+push.outcome = 'running' AND +push.id NOT IN \(ids))"
        default:
            break
        }
        return "\(mark)push.outcome IN \(words.sorted())\(exception)"
    }

    /// The index of the moves in the order of their places; or in the order of time, if the query limits that or
    /// the store has no places, and the moves are sorted then.
    private static func indexOfMoves(_ query: HistoryQuery, _ db: Database) throws -> SQL {
        let isInOrder = try query.since == nil && query.until == nil && PushPlace.areStored(db)
        return isInOrder ? "push_move_place" : "push_move"
    }
}

/// Values of a filter as a table, whose columns are `column1`, `column2` and so on. SQLite accepts a thousand
/// conditions that are joined by OR (SQLITE_MAX_EXPR_DEPTH), but as many rows as there are parameters.
/// Source: <https://www.sqlite.org/lang_select.html#the_values_clause>, <https://www.sqlite.org/limits.html>.
enum ValueTable {
    /// - Parameter rows: at least one; all of the same length.
    static func of(_ rows: [[String?]]) -> SQL {
        let texts = rows.map { row -> SQL in
            let values = row.map { value -> SQL in value.map { "\($0)" } ?? "NULL" }
            return "(\(values.joined(separator: ", ")))"
        }
        return "(VALUES \(texts.joined(separator: ", ")))"
    }

    static func of(_ values: [String]) -> SQL { of(values.map { [$0] }) }
}
