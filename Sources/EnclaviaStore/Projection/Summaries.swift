import EnclaviaCore
import GRDB

/// Keeps the summary tables in step with `push`, which must be updated first.
enum Summaries {
    /// Adds a push to the counts, or updates what the tables show of it.
    static func put(
        _ entry: SummaryEntry, replacing old: SummaryEntry?, _ db: Database
    ) throws {
        guard let old else {
            try count(1, db)
            for table in SummaryTable.all {
                for value in table.values(entry) { try table.add(1, value, newest: entry, db) }
            }
            return
        }
        guard old != entry else { return }
        for table in SummaryTable.all {
            let before = Set(table.values(old))
            let after = Set(table.values(entry))
            let isSamePlace = old.startedAt == entry.startedAt
            for value in before where !(isSamePlace && after.contains(value)) {
                try table.drop(value, of: old, db)
            }
            for value in after {
                if isSamePlace && before.contains(value) {
                    try table.show(entry, of: value, db)
                } else {
                    try table.add(1, value, newest: entry, db)
                }
            }
        }
    }

    /// Removes a push from the counts.
    static func remove(_ old: SummaryEntry, _ db: Database) throws {
        try count(-1, db)
        for table in SummaryTable.all {
            for value in table.values(old) { try table.drop(value, of: old, db) }
        }
    }

    /// Adds to the number of pushes.
    static func count(_ pushes: Int, _ db: Database) throws {
        try db.cachedStatement(sql: "UPDATE tally SET count = count + ? WHERE name = 'pushes'")
            .execute(arguments: [pushes])
    }
}

extension SummaryTable {
    /// Adds `pushes` to the count of a value; `newest` is the newest of these pushes.
    fileprivate func add(
        _ pushes: Int, _ value: [ByteText], newest: SummaryEntry, _ db: Database
    ) throws {
        try db.cachedStatement(sql: insertRow)
            .execute(arguments: StatementArguments(values(pushes, value, newest: newest)))
    }

    /// Adds a row, or adds to the row of that value.
    var insertRow: String {
        let columns = keys + ["pushes"] + newestColumns
        let marks = Array(repeating: "?", count: columns.count).joined(separator: ", ")
        let isNewer = "(excluded.started_at, excluded.push_id) >= (started_at, push_id)"
        let updates = newestColumns.map {
            "\($0) = CASE WHEN \(isNewer) THEN excluded.\($0) ELSE \($0) END"
        }
        return """
            INSERT INTO \(name) (\(columns.joined(separator: ", "))) VALUES (\(marks))
            ON CONFLICT (\(keys.joined(separator: ", "))) DO UPDATE SET
            pushes = pushes + excluded.pushes, \(updates.joined(separator: ", "))
            """
    }

    /// What the columns get, in the order of ``insertRow``.
    func values(
        _ pushes: Int, _ value: [ByteText], newest: SummaryEntry
    ) -> [DatabaseValue] {
        value.map(\.text.databaseValue) + [pushes.databaseValue] + newestValues(newest)
    }

    /// Updates the state of a push that is already counted, if the row shows that push.
    fileprivate func show(_ entry: SummaryEntry, of value: [ByteText], _ db: Database) throws {
        guard showsState else { return }
        let sql = """
            UPDATE \(name) SET digest = ?, outcome = ?, notify_outcome = ?
            WHERE \(keyCondition) AND push_id = ?
            """
        let state = newestValues(entry).dropFirst(2)
        let values = state + value.map(\.text.databaseValue) + [entry.id.databaseValue]
        try db.cachedStatement(sql: sql).execute(arguments: StatementArguments(values))
    }

    /// Removes a push from the count of a value, once it is no longer in `push` or no longer has the value there.
    fileprivate func drop(_ value: [ByteText], of old: SummaryEntry, _ db: Database) throws {
        let key = StatementArguments(value.map(\.text))
        try db.cachedStatement(sql: "DELETE FROM \(name) WHERE \(keyCondition) AND pushes = 1")
            .execute(arguments: key)
        guard db.changesCount == 0 else { return }
        try db.cachedStatement(sql: "UPDATE \(name) SET pushes = pushes - 1 WHERE \(keyCondition)")
            .execute(arguments: key)
        let sql = """
            UPDATE \(name) SET (\(newestColumns.joined(separator: ", "))) = (
                SELECT \(newestSources.joined(separator: ", ")) FROM \(pushes)
                WHERE \(keyColumns.map { "\($0) = ?" }.joined(separator: " AND "))
                ORDER BY push.started_at DESC, push.id DESC LIMIT 1)
            WHERE \(keyCondition) AND push_id = ?
            """
        try db.cachedStatement(sql: sql)
            .execute(arguments: key + key + StatementArguments([old.id]))
    }

    private var keyCondition: String {
        keys.map { "\($0) = ?" }.joined(separator: " AND ")
    }

    private func newestValues(_ entry: SummaryEntry) -> [DatabaseValue] {
        let place = [entry.startedAt.databaseValue, entry.id.databaseValue]
        guard showsState else { return place }
        return place + [
            entry.digest?.databaseValue ?? .null, entry.outcome.databaseValue,
            entry.notifyOutcome?.databaseValue ?? .null,
        ]
    }
}
