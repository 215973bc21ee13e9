import EnclaviaCore
import EnclaviaSystem
import GRDB

extension HistoryStore {
    package func unsettled() throws(StoreError) -> [PushRecord] {
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
            try Outbox(outcomes: [.pending, .failed]).owed(db, paths: paths)
        } ?? PendingNotifications(toSend: [], superseded: [])
    }
}

/// The succeeded pushes of this machine whose digest the registry has never confirmed.
enum UnverifiedPushes {
    /// Oldest first, but for those that their own process still holds.
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
