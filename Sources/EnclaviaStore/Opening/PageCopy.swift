import GRDB
import GRDBSQLite

/// Replaces a database by another, page by page, with SQLite's backup interface
/// (<https://www.sqlite.org/c3ref/backup_finish.html>).
///
/// The pages are not interpreted, so damaged ones are copied, too. The target changes in one transaction, which ends
/// with ``run(progress:)``.
final class PageCopy {
    /// How many pages are copied between two checks for cancellation: 4 MiB.
    private static let step: CInt = 1024

    private let target: Database
    private var backup: OpaquePointer?

    /// - Throws: `DatabaseError`, also where a transaction of `target` is open.
    init(from source: Database, to target: Database) throws {
        self.target = target
        backup = sqlite3_backup_init(
            target.sqliteConnection, "main", source.sqliteConnection, "main")
        guard backup != nil else {
            throw Self.failure(sqlite3_errcode(target.sqliteConnection), target)
        }
    }

    /// An unfinished copy is rolled back.
    deinit {
        if let backup { sqlite3_backup_finish(backup) }
    }

    /// Takes the write lock of the target, which is held until the end.
    ///
    /// - Throws: `DatabaseError`.
    func lockTarget() throws {
        try check(sqlite3_backup_step(backup, 0))
    }

    /// Copies all pages, and commits.
    ///
    /// - Parameter progress: called with the part that was copied, from 0 to 1.
    /// - Throws: `DatabaseError`, `CancellationError`; the target is unchanged then.
    func run(progress: (Double) -> Void) throws {
        while true {
            if Task.isCancelled { throw CancellationError() }
            let code = sqlite3_backup_step(backup, Self.step)
            if code == SQLITE_DONE { break }
            try check(code)
            let (rest, all) = (
                sqlite3_backup_remaining(backup), sqlite3_backup_pagecount(backup)
            )
            progress(1 - Double(rest) / Double(max(1, all)))
        }
        let code = sqlite3_backup_finish(backup)
        backup = nil
        try check(code)
    }

    private func check(_ code: CInt) throws {
        guard code == SQLITE_OK else { throw Self.failure(code, target) }
    }

    private static func failure(_ code: CInt, _ target: Database) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: code),
            message: sqlite3_errstr(code).map { String(cString: $0) })
    }
}
