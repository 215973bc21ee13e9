import EnclaviaCore
import GRDB

/// The SQL of a history query.
///
/// One filter, the most selective that there is, may use its index; the columns of the others are kept
/// from the planner with a unary plus, since SQLite knows nothing of how the values are spread. Each index
/// ends in `started_at`, so that a single value comes out in order and a limit stops early.
struct QuerySQL {
    private let source: SQL
    private let condition: SQL
    private let order: SQL
    private let limit: SQL

    init(_ query: HistoryQuery, db: Database, dead: [PushID]) throws {
        var filters = try Self.filters(query, db: db, dead: dead)
        let driver = filters.indices.min { filters[$0].rank < filters[$1].rank }
        if let driver { filters[driver].drives = true }
        source = driver.flatMap { filters[$0].source } ?? "push"
        let moment: SQL = driver.flatMap { filters[$0].moment } ?? "push.started_at"

        var conditions = filters.map(\.sql)
        if let since = query.since { conditions.append("\(moment) >= \(since.description)") }
        if let until = query.until { conditions.append("\(moment) < \(until.description)") }
        condition =
            conditions.isEmpty ? SQL("") : SQL(" WHERE ") + conditions.joined(separator: " AND ")
        let keys = try query.movesOnly ? Self.placeKeys(db) : [moment, "push.id"]
        order =
            SQL(" ORDER BY ")
            + keys.map { query.isReversed ? $0 : $0 + " DESC" }.joined(separator: ", ")
        limit = query.limit.map { " LIMIT \($0)" } ?? ""
    }

    /// The `num` of each push, in order.
    var nums: SQL { "SELECT push.num FROM \(source)\(condition)\(order)\(limit)" }

    /// What statistics count, oldest first.
    var countable: SQL {
        """
        SELECT push.started_at, push.owner, push.repository, push.outcome, push.notify_outcome, \
        push.id FROM \(source)\(condition) ORDER BY push.started_at
        """
    }
}

extension QuerySQL {
    private static func filters(
        _ query: HistoryQuery, db: Database, dead: [PushID]
    ) throws -> [QueryFilter] {
        var filters: [QueryFilter] = []
        if !query.digestPrefixes.isEmpty { filters.append(digests(query.digestPrefixes)) }
        if !query.commitPrefixes.isEmpty { filters.append(commits(query.commitPrefixes)) }
        filters += QueryFilter.labels(query.labels)
        if !query.repositories.isEmpty { filters.append(repositories(query.repositories)) }
        if !query.globs.isEmpty { filters.append(try GlobFilter.filter(query.globs, db)) }
        if !query.tags.isEmpty {
            filters.append(QueryFilter(60) { "\($0)push.tag IN \(query.tags)" })
        }
        if !query.users.isEmpty {
            filters.append(
                QueryFilter(70) {
                    """
                    \($0)push.context_user IN \(query.users) \
                    OR \($0)push.context_ci_actor IN \(query.users)
                    """
                })
        }
        if !query.hosts.isEmpty {
            filters.append(QueryFilter(80) { "\($0)push.context_host IN \(query.hosts)" })
        }
        if !query.notifyOutcomes.isEmpty { filters.append(notify(query.notifyOutcomes)) }
        if !query.outcomes.isEmpty { filters.append(outcomes(query.outcomes, dead: dead)) }
        if query.movesOnly { try filters.append(moves(query, db)) }
        return filters
    }

    /// In the order of their places, which their index has, or of a time, and sorted then.
    private static func moves(_ query: HistoryQuery, _ db: Database) throws -> QueryFilter {
        let isInOrder = try query.since == nil && query.until == nil && PushPlace.areStored(db)
        let index: SQL = isInOrder ? "push_move_place" : "push_move"
        return QueryFilter(95, source: "push INDEXED BY \(index)") {
            "\($0)push.tag_change IN ('created', 'moved')"
        }
    }

    private static func placeKeys(_ db: Database) throws -> [SQL] {
        let table = try PushPlace.table(db)
        return (PushPlace.columns + ["id"]).map { column in
            table == "push"
                ? SQL(sql: "push.\(column)")
                : SQL(sql: "(SELECT \(column) FROM \(table) AS placed WHERE placed.num = push.num)")
        }
    }

    private static func digests(_ prefixes: [DigestPrefix]) -> QueryFilter {
        let prefixes = prefixes.map(\.description)
        return QueryFilter(10) { prefixed(["digest"], prefixes, mark: $0) }
    }

    private static func commits(_ prefixes: [String]) -> QueryFilter {
        QueryFilter(20) { mark in
            prefixed(["context_git_commit", "image_revision"], prefixes, mark: mark)
        }
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

    private static func repositories(_ wanted: [RepositoryFilter]) -> QueryFilter {
        let names = Set(wanted.map(\.repository)).sorted()
        let isAnyOwner = wanted.allSatisfy { $0.owner == nil }
        let table = ValueTable.of(wanted.map { [$0.repository, $0.owner, $0.registry] })
        let owned: SQL = """
             AND EXISTS (SELECT 1 FROM \(table) AS wanted WHERE wanted.column1 = push.repository \
            AND ifnull(wanted.column2 = push.owner, wanted.column2 IS NULL) \
            AND ifnull(wanted.column3 = push.registry, wanted.column3 IS NULL))
            """
        let owners: SQL = isAnyOwner ? "" : owned
        return QueryFilter(40) { mark in "\(mark)push.repository IN \(names)\(owners)" }
    }

    private static func notify(_ wanted: [NotifyOutcome]) -> QueryFilter {
        let words = Set(wanted.map(\.rawValue)).sorted()
        return QueryFilter(wanted.contains(.delivered) ? 97 : 85) {
            "\($0)push.notify_outcome IN \(words)"
        }
    }

    /// A push that reads `interrupted` while its row says `running` belongs to the former.
    private static func outcomes(_ wanted: [PushOutcome], dead: [PushID]) -> QueryFilter {
        var words = Set(wanted.map(\.rawValue))
        let ids = dead.map(\.text)
        var exception: SQL = ""
        switch (wanted.contains(.running), wanted.contains(.interrupted)) {
        case (true, false) where !dead.isEmpty:
            exception = " AND NOT (+push.outcome = 'running' AND +push.id IN \(ids))"
        case (false, true) where !dead.isEmpty:
            words.insert(PushOutcome.running.rawValue)
            exception = " AND NOT (+push.outcome = 'running' AND +push.id NOT IN \(ids))"
        default:
            break
        }
        return QueryFilter(wanted.contains(.succeeded) ? 98 : 90) {
            "\($0)push.outcome IN \(words.sorted())\(exception)"
        }
    }
}
