import EnclaviaCore
import GRDB

/// `push_label`, which finds pushes by their labels in the order of `started_at`.
enum PushLabels {
    static func put(
        _ entry: SummaryEntry, num: Int64, replacing old: SummaryEntry?, _ db: Database
    ) throws {
        if let old {
            guard old.labels != entry.labels || old.startedAt != entry.startedAt else { return }
            try remove(old, num: num, db)
        }
        try insert(entry, num: num, db)
    }

    static func remove(_ old: SummaryEntry, num: Int64, _ db: Database) throws {
        let sql = """
            DELETE FROM push_label WHERE key = ? AND value = ? AND started_at = ? AND num = ?
            """
        for (key, value) in old.labels {
            try db.cachedStatement(sql: sql).execute(arguments: [
                key, value.text, old.startedAt, num,
            ])
        }
    }

    static let insertRow =
        "INSERT INTO push_label (key, value, started_at, num) VALUES (?, ?, ?, ?)"

    private static func insert(_ entry: SummaryEntry, num: Int64, _ db: Database) throws {
        for (key, value) in entry.labels {
            try db.cachedStatement(sql: insertRow).execute(
                arguments: [key, value.text, entry.startedAt, num])
        }
    }
}
