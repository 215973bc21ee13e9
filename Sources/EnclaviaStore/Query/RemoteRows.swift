import EnclaviaAttention
import EnclaviaCore
import GRDB

extension HistoryStore {
    package func remote(named name: String?) throws(StoreError) -> RemoteSummary? {
        let row = try readStore { db in
            let version = try Schema.version(db)
            return try db.raw { connection throws(SQLiteFailure) in
                try SharedHistoryQuery(connection, version: version).row(of: name)
            }
        }
        if let row = row ?? nil { return RemoteSummary(row) }
        return name.map {
            RemoteSummary(
                name: $0, state: nil, unsynced: 0, unsyncedSince: nil, attention: nil)
        }
    }
}

extension RemoteSummary {
    fileprivate init(_ row: SharedHistoryQuery.Row) {
        self.init(
            name: row.name,
            state: row.triedAt.flatMap { Timestamp($0) }.map { triedAt in
                SyncState(
                    remote: row.name, lastSequence: row.sequence, forkedAt: row.forkedAt,
                    missing: row.missing, triedAt: triedAt,
                    syncedAt: row.syncedAt.flatMap { Timestamp($0) }, failure: row.failure)
            },
            unsynced: row.unsynced, unsyncedSince: row.unsyncedSince.flatMap { Timestamp($0) },
            attention: row.attention)
    }
}
