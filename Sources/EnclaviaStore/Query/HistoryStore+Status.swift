import EnclaviaAttention
import EnclaviaCore
import EnclaviaSystem
import GRDB
import Glibc
import SystemPackage

extension HistoryStore {
    package func needingAttention() throws(StoreError) -> [AttentionItem] {
        let candidates = try readStore { db in
            try attention(db) { query throws(SQLiteFailure) in try query.candidates() }
        }
        let items = try readStore { db in
            let found = try attention(db) { query throws(SQLiteFailure) in
                try query.confirmed(candidates ?? [])
            }
            return try Self.kinds.flatMap { kind in
                try found.filter { $0.kind == kind }.compactMap { try record($0.num, db) }
                    .sorted { ($0.startedAt, $0.id) > ($1.startedAt, $1.id) }
                    .map { AttentionItem(kind: kind, $0, message: Self.message($0, kind)) }
            }
        }
        return (items ?? [])
            + spooledPushes.map { id in
                AttentionItem(kind: .spooled, pushID: id, reference: nil, message: nil)
            }
    }

    private func attention(
        _ db: Database,
        _ body: (AttentionQuery) throws(SQLiteFailure) -> [AttentionQuery.Item]
    ) throws -> [AttentionQuery.Item] {
        let (table, version) = (try PushPlace.table(db), try Schema.version(db))
        return try db.raw { [paths] connection throws(SQLiteFailure) in
            try body(
                AttentionQuery(connection, table: table, version: version) {
                    FileLock.isHeld(paths.lock(of: $0))
                })
        }
    }

    /// All kinds, in the order of the report, which begins with failures.
    private static let kinds =
        [AttentionKind.lastPushFailed] + AttentionKind.allCases.filter { $0 != .lastPushFailed }

    private static func message(_ push: PushRecord, _ kind: AttentionKind) -> String? {
        switch kind {
        case .lastPushFailed: push.state.failure?.message
        case .notifyPending, .notifyFailed: push.notify.message
        case .interrupted, .spooled, .unverified, .movedRemotely, .forked, .unsynced: nil
        }
    }

    private func record(_ num: Int64, _ db: Database) throws -> PushRecord? {
        let sql = "SELECT json FROM push_json WHERE num = ?"
        return try String.fetchOne(db.cachedStatement(sql: sql), arguments: [num])
            .map { try StoredPush(json: $0, store: paths.database.string).record() }
    }

    package func unresolved() throws(StoreError) -> [PushRecord] {
        var query = HistoryQuery()
        query.outcomes = [.interrupted]
        query.isReversed = true
        var records: [PushRecord] = []
        do {
            try forEach(query) { push in
                let record = try push.record()
                if record.origin == nil, record.finishedAt == nil { records.append(record) }
            }
        } catch {
            throw StoreError(error, path: paths.database, settings)
        }
        return records
    }

    package func unverified() throws(StoreError) -> [PushRecord] {
        try readStore { db in try UnverifiedPushes.all(db, paths) } ?? []
    }

    package func unnotified() throws(StoreError) -> PendingNotifications {
        try readStore { db in
            try PendingNotificationQuery(outcomes: [.pending, .failed]).run(db, paths: paths)
        } ?? PendingNotifications(toSend: [], superseded: [])
    }

    package func summary() throws(StoreError) -> StoreSummary {
        let counts = try readStore { db in
            (
                pushes: try Int.fetchOne(
                    db, sql: "SELECT count FROM tally WHERE name = 'pushes'") ?? 0,
                head: try EventChain.head(db)
            )
        }
        let head = counts?.head ?? .none
        return StoreSummary(
            path: paths.database.string, pushes: counts?.pushes ?? 0, events: Int(head.sequence),
            head: head.sequence == 0 ? nil : Hexadecimal.encode(head.hash),
            isWritable: isWritable, spooled: spooledPushes.count)
    }

    /// Whether this user could write the store now; where there is none, whether one could be made.
    private var isWritable: Bool {
        let path = paths.database.nearestExisting
        return access(path.native.native, W_OK) == 0
            && (path != paths.database || access(paths.stateDirectory.native.native, W_OK) == 0)
    }

    /// The pushes that have a spool file which no process is writing.
    var spooledPushes: [PushID] {
        SpooledPushes.ids(in: paths.spools.map(\.native)).compactMap { PushID($0) }
    }
}

extension Database {
    /// Runs code that uses the connection by SQLite's C API.
    ///
    /// - Throws: `DatabaseError`.
    func raw<Value>(_ body: (OpaquePointer) throws(SQLiteFailure) -> Value) throws -> Value {
        guard let connection = sqliteConnection else {
            throw DatabaseError(resultCode: .SQLITE_MISUSE)
        }
        do throws(SQLiteFailure) {
            return try body(connection)
        } catch {
            throw DatabaseError(
                resultCode: ResultCode(rawValue: error.code), message: error.message)
        }
    }
}

/// The succeeded pushes of this machine whose digest the registry has never confirmed.
enum UnverifiedPushes {
    /// All of these pushes, oldest first, except those whose lock is held.
    static func all(_ db: Database, _ paths: StorePaths) throws -> [PushRecord] {
        let sql = """
            SELECT id FROM push INDEXED BY push_unverified
            WHERE digest_verified = 0 AND outcome = 'succeeded' AND origin_imported_at IS NULL
            ORDER BY started_at, id
            """
        return try String.fetchAll(db.cachedStatement(sql: sql))
            .filter { !FileLock.isHeld(paths.lock(of: $0)) }
            .compactMap { try PushID($0).flatMap { try PushProjection.find($0, db)?.record } }
    }
}
