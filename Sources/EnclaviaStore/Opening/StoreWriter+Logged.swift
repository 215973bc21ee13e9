import EnclaviaCore
import GRDB

/// Up to which event the event log is complete and durable: a row of `meta`, which is not of the history and which
/// `verify` holds to nothing but its grammar.
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

    /// Notes that the event log is complete and durable up to an event.
    ///
    /// In a write-ahead log this is not made durable, which a later commit does: where it is lost, more of the log is
    /// read the next time. With a rollback journal, whose commits cost more and may not be left half done, it is noted
    /// once in a while.
    ///
    /// - Throws: ``StoreError``; the connection is to be closed then.
    func markLogged(through sequence: Int64) throws(StoreError) {
        try onConnection { db in
            let marked = try LoggedThrough.value(db) ?? -1
            guard sequence > marked else { return }
            if try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal" {
                // Without a checkpoint, which must not be left half done either.
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

    /// How many events pass between two notes in a store with a rollback journal.
    private static let rarely: Int64 = 100

    private func mark(_ sequence: Int64, _ db: Database) throws {
        try db.inTransaction(.immediate) {
            try LoggedThrough.set(sequence, db)
            return .commit
        }
    }

}
