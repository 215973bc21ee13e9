import EnclaviaCore
import GRDB

/// The event up to which the event log is complete and durable: a row of `meta`. It is not part of the history;
/// `verify` only checks that it is the number of an event, or 0.
enum LoggedThrough {
    static let key = "logged_through"

    static func value(_ db: Database) throws -> Int64? {
        try String.fetchOne(
            db.cachedStatement(sql: "SELECT value FROM meta WHERE key = ?"), arguments: [key]
        ).flatMap { Int64($0) }
    }

    static func set(_ sequence: Int64, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO meta (key, value) VALUES (?, ?)
                ON CONFLICT (key) DO UPDATE SET value = excluded.value
                """
        ).execute(arguments: [key, "\(sequence)"])
    }
}

extension StoreWriter {
    /// The newest event up to which the event log is known to be complete; `nil` where that is not known, in a store that
    /// an older version made.
    func loggedThrough() throws(StoreError) -> Int64? {
        try onConnection { try LoggedThrough.value($0) }
    }

    /// Hands the texts of events to `body`, in their order; those that were pruned have none.
    func forEachText(
        of range: ClosedRange<Int64>,
        _ body: (_ sequence: Int64, _ text: String) throws(StoreError) -> Void
    ) throws(StoreError) {
        try onConnection { db in
            let rows = try Row.fetchCursor(
                db,
                sql:
                    "SELECT seq, data FROM event WHERE seq BETWEEN ? AND ? AND data IS NOT NULL ORDER BY seq",
                arguments: [range.lowerBound, range.upperBound])
            while let row = try rows.next() { try body(row[0], row[1]) }
        }
    }

    /// Records that the event log is complete and durable up to an event.
    ///
    /// With a write-ahead log this is not durable until a later commit; if it is lost, the next command reads more
    /// of the log. With a rollback journal, whose commits cost more and must be durable, it is recorded only once
    /// in a while.
    ///
    /// - Throws: ``StoreError``; close the connection then.
    func markLogged(through sequence: Int64) throws(StoreError) {
        try onConnection { db in
            let marked = try LoggedThrough.value(db) ?? -1
            guard sequence > marked else { return }
            if try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal" {
                // Prevent a checkpoint, which must be durable.
                try db.execute(
                    sql: "PRAGMA wal_autocheckpoint = 0; PRAGMA synchronous = OFF")
                let marking = Result { try mark(sequence, db) }
                try db.execute(
                    sql: "PRAGMA wal_autocheckpoint = 1000; PRAGMA synchronous = EXTRA")
                try marking.get()
            } else if marked < 0 || sequence - marked > Self.rarely {
                try mark(sequence, db)
            }
        }
    }

    /// After how many events a store with a rollback journal records this again.
    private static let rarely: Int64 = 100

    private func mark(_ sequence: Int64, _ db: Database) throws {
        try db.inTransaction(.immediate) {
            try LoggedThrough.set(sequence, db)
            return .commit
        }
    }

}
