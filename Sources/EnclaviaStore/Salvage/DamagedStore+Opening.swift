import EnclaviaCore
import GRDB
import SystemPackage

extension DamagedStore {
    /// A copy of the write-ahead log.
    func copyLog(_ size: Int64) throws -> FileDescriptor {
        let log = try FileDescriptor.open(copy.beside("-wal"), .readOnly, options: [.closeOnExec])
        defer { try? log.close() }
        let target = try PrivateFileIO.open(copy.beside("-log"), [.create, .truncate])
        for offset in stride(from: 0, to: size, by: 1 << 20) {
            if Task.isCancelled { throw CancellationError() }
            try target.writeAll(
                toAbsoluteOffset: offset, try log.bytes(at: offset, count: 1 << 20))
        }
        return target
    }

    /// Opens the copy, and moves the write-ahead log into it. Where the first page is damaged, it is replaced.
    ///
    /// `trusted_schema` must stay on: without it, SQLite 3.40 refuses `json_extract` in the columns of `event`. No
    /// function with side effects is registered.
    ///
    /// - Returns: `nil` where SQLite cannot use the file at all.
    func open(_ file: FileDescriptor, _ pageSize: Int) throws -> DatabaseQueue? {
        var configuration = Configuration()
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA cell_size_check = ON")
            try db.execute(sql: "PRAGMA synchronous = OFF")
        }
        let first = try file.bytes(at: 0, count: pageSize)
        let isLogged = copy.beside("-wal").status != nil
        for attempt in 0...2 {
            if attempt > 0 {
                let rest = attempt == 1 && first.count == pageSize ? first : nil
                let page = DatabaseHeader.page(size: pageSize, keeping: rest, isLogged: isLogged)
                try file.writeAll(toAbsoluteOffset: 0, page)
            }
            do {
                let queue = try DatabaseQueue(path: copy.sqliteName, configuration: configuration)
                try queue.inDatabase { db in
                    _ = try Row.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
                    _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema")
                }
                return queue
            } catch let error as DatabaseError where error.isOfDamage {
                continue
            }
        }
        return nil
    }
}
