import EnclaviaCore
import EnclaviaSystem
import GRDB
import Glibc
import SystemPackage

/// Opens the store for reading.
struct ReadOpening {
    let paths: StorePaths
    let settings: StoreSettings
    /// Called with the store's path if it can only be opened as immutable, because its directory cannot be written.
    let note: @Sendable (String) -> Void

    /// - Returns: `nil` where there is no store, which reads as an empty history.
    /// - Throws: ``StoreError``.
    func open() throws(StoreError) -> DatabaseQueue? {
        guard !isNoFile else {
            throw .inaccessible(path: paths.database.string, reason: "it is not a file")
        }
        guard let size = size(paths.database), size > 0 else {
            try checkReachable()
            return nil
        }
        return try storeErrors(paths.database, settings) {
            do {
                return try connect(paths.database.sqliteName)
            } catch let error as DatabaseError {
                return try openOtherwise(error)
            }
        }
    }

    private func connect(_ path: String) throws -> DatabaseQueue {
        let queue = try DatabaseQueue(path: path, configuration: settings.reading)
        try queue.inDatabase { db in
            try Schema.checkApplication(db, path: paths.database.string)
            if let view = Migration.viewOfRecords(since: try Schema.version(db)) {
                try db.execute(sql: view)
            }
        }
        return queue
    }

    /// Opens the store when an ordinary read-only connection fails.
    ///
    /// A hot rollback journal must be rolled back by a connection that writes. A write-ahead log needs a
    /// shared-memory file beside it; if that cannot be created and the log is empty, the database is opened as
    /// immutable. With a log that is not empty, that would silently drop the log's rows.
    private func openOtherwise(_ error: DatabaseError) throws -> DatabaseQueue {
        let path = paths.database.sqliteName
        switch error.extendedResultCode {
        case .SQLITE_READONLY_ROLLBACK:
            let writing = try DatabaseQueue(path: path, configuration: settings.writing)
            _ = try writing.inDatabase { try Int.fetchOne($0, sql: "PRAGMA user_version") }
            try writing.close()
            return try connect(path)
        default:
            switch error.resultCode {
            case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_PERM:
                guard (size(paths.stateDirectory.appending("history.db-wal")) ?? 0) == 0,
                    (size(paths.stateDirectory.appending("history.db-journal")) ?? 0) == 0
                else { throw error }
                let queue = try connect(
                    "file:\(paths.database.percentEncoded)?immutable=1")
                note(paths.database.string)
                return queue
            default:
                throw error
            }
        }
    }

    /// A missing store is an empty history; one that may not be examined is an error.
    private func checkReachable() throws(StoreError) {
        let isThere = paths.database.withPlatformString { access($0, F_OK) } == 0
        if !isThere, errno != ENOENT, errno != ENOTDIR {
            throw .inaccessible(
                path: paths.database.string, reason: Errno(rawValue: errno).description)
        }
        try PrivateFileIO.checkLink(paths.stateDirectory)
    }

    private func size(_ path: FilePath) -> Int64? { path.followedStatus?.size }

    /// Whether something other than a file has the database's name, such as a pipe.
    private var isNoFile: Bool {
        paths.database.followedStatus.map { $0.type != .regular } ?? false
    }
}
