import EnclaviaAttention
import EnclaviaBase
import GRDBSQLite
import Glibc

/// Counts what needs attention, with one read-only connection, as ``CompletionReader`` opens it.
package struct AttentionReader {
    private let stateDirectory: String
    private let spools: [String]
    private let sharedHistory: String?

    /// How long to wait for locks, in milliseconds.
    private static let lockLimit: CInt = 60
    /// How much processor time the count may take, in milliseconds.
    private static let limit: Int64 = 70

    /// - Parameters:
    ///   - stateDirectory: the directory of the history.
    ///   - runtimeDirectory: `$XDG_RUNTIME_DIR`, `nil` if there is none.
    ///   - sharedHistory: the server that the history is sent to, as typed; `nil` for the one tried last.
    package init(
        stateDirectory: String, runtimeDirectory: String?, sharedHistory: String? = nil
    ) {
        self.sharedHistory = sharedHistory
        // With a slash at the end, a symbolic link is followed.
        let end = stateDirectory.utf8.lastIndex { $0 != UInt8(ascii: "/") }
        self.stateDirectory = end.map { String(stateDirectory[...$0]) } ?? stateDirectory
        spools =
            ["\(self.stateDirectory)/spool"]
            + (runtimeDirectory.map { ["\($0)/enclavia/spool"] } ?? [])
    }

    /// The counts; empty where there is no history.
    ///
    /// - Throws: ``CannotCount`` for a history that is locked, damaged, too large to be read in time, not this
    ///   user's to read, or of a schema that this version does not know.
    package func counts() throws(CannotCount) -> AttentionCounts {
        var counts = AttentionCounts()
        if try isThere() {
            for kind in try kinds() { counts.add(kind) }
        }
        counts.add(.spooled, SpooledPushes.ids(in: spools).count)
        return counts
    }

    private var path: String { "\(stateDirectory)/history.db" }

    /// An empty file is no history (`ReadOpening`). Nothing but a file is opened, since that could wait.
    private func isThere() throws(CannotCount) -> Bool {
        var status = stat()
        guard stat(path.native, &status) == 0 else {
            guard errno == ENOENT || errno == ENOTDIR else { throw CannotCount() }
            // A link to a disk that is not mounted does not mean that there is no history.
            guard lstat(path.native, &status) != 0, !isLost(stateDirectory) else {
                throw CannotCount()
            }
            return false
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw CannotCount() }
        return status.st_size > 0
    }

    /// Whether a path is a symbolic link to what is not there.
    private func isLost(_ path: String) -> Bool {
        var status = stat()
        return lstat(path.native, &status) == 0 && stat(path.native, &status) != 0
    }

    private func kinds() throws(CannotCount) -> [AttentionKind] {
        var database: OpaquePointer?
        defer { sqlite3_close(database) }
        let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX
        guard sqlite3_open_v2(path.native, &database, flags, nil) == SQLITE_OK, let database else {
            throw CannotCount()
        }
        sqlite3_busy_timeout(database, Self.lockLimit)
        var end = ProcessorTime.now + Double(Self.limit) / 1000
        return try withUnsafeMutablePointer(to: &end) { end throws(CannotCount) in
            sqlite3_progress_handler(
                database, 1000,
                { end in
                    let end = end?.assumingMemoryBound(to: Double.self).pointee ?? 0
                    return ProcessorTime.now >= end ? 1 : 0
                }, end)
            defer { sqlite3_progress_handler(database, 0, nil, nil) }
            do throws(SQLiteFailure) {
                return try kinds(in: database)
            } catch {
                throw CannotCount()
            }
        }
    }

    private func kinds(in database: OpaquePointer) throws(SQLiteFailure) -> [AttentionKind] {
        try run("BEGIN", database)
        let version = Int(try number("PRAGMA user_version", database))
        guard try number("PRAGMA application_id", database) == Int64(StoreSchema.applicationID),
            StoreSchema.versionsWithPlaces.contains(version)
        else { throw SQLiteFailure(unknownSchema: version) }
        let running = "\(stateDirectory)/running"
        let query = AttentionQuery(database, version: version) {
            AdvisoryLock.isHeld("\(running)/\($0)")
        }
        let candidates = try query.candidates()
        try run("COMMIT", database)
        try run("BEGIN", database)
        let shared = try SharedHistoryQuery(database, version: version).row(of: sharedHistory)
        return try query.confirmed(candidates).map(\.kind) + [shared?.attention].compactMap(\.self)
    }

    private func run(_ command: String, _ database: OpaquePointer) throws(SQLiteFailure) {
        _ = try SQLiteStatement(database, command).step()
    }

    private func number(
        _ pragma: String, _ database: OpaquePointer
    ) throws(SQLiteFailure) -> Int64 {
        let statement = try SQLiteStatement(database, pragma)
        return try statement.step() ? statement.integer(0) : 0
    }
}

/// What needs attention cannot be counted.
package struct CannotCount: Error, Hashable, Sendable {
    package init() {}
}

/// The processor time of this process.
enum ProcessorTime {
    /// In seconds.
    static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
