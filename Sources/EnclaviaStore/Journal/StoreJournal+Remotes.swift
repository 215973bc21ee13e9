import EnclaviaCore
import GRDB

extension StoreJournal {
    /// Keeps where this machine's chain stands on a server.
    ///
    /// - Throws: ``StoreError`` where the store cannot be written.
    func keep(_ state: SyncState) async throws(StoreError) {
        let result = await writer.run {
            Result { () throws(StoreError) in
                _ = try self.writer.write { writer in
                    try writer.db.cachedStatement(sql: Self.putRemote).execute(arguments: [
                        state.remote, state.lastSequence, state.forkedAt, state.missing,
                        state.triedAt.description, state.syncedAt?.description,
                        state.failure.map(self.writer.secrets.scrub),
                    ])
                }
            }
        }
        try result.get()
    }

    private static let putRemote = """
        INSERT INTO remote (name, sequence, forked_at, missing, tried_at, synced_at, failure)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET
            sequence = iif(excluded.failure IS NULL, excluded.sequence,
                max(sequence, excluded.sequence)),
            forked_at = iif(excluded.failure IS NULL, excluded.forked_at, forked_at),
            missing = iif(excluded.failure IS NULL, excluded.missing, missing),
            tried_at = excluded.tried_at, synced_at = coalesce(excluded.synced_at, synced_at),
            failure = excluded.failure
        """
}
