import EnclaviaCore
import GRDB

extension StoreJournal {
    package func claim(_ id: PushID) async throws(StoreError) -> (any PushClaim)? {
        let result = await writer.run { () -> Result<StoreClaim?, StoreError> in
            do throws(StoreError) {
                return .success(try self.hold(id))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    package func isNewest(
        _ id: PushID, of reference: ImageReference, backend: String, among newer: NewerPush
    ) async throws(StoreError) -> Bool {
        let paths = writer.paths
        return try await read { db in
            let sql = """
                SELECT id, digest_verified, notify_outcome FROM push
                WHERE reference = ? AND outcome = 'succeeded' AND origin_imported_at IS NULL
                    AND backend = ?
                ORDER BY pushed_at DESC, id DESC
                """
            let rows = try Row.fetchCursor(
                db.cachedStatement(sql: sql), arguments: [reference.description, backend])
            while let row = try rows.next() {
                let other: String = row[0]
                if other == id.text { return true }
                if newer == .told, row[2] as String? != NotifyOutcome.delivered.rawValue {
                    continue
                }
                if row[1] as Bool || !FileLock.isHeld(paths.lock(of: other)) { return false }
            }
            return true
        }
    }

    private func hold(_ id: PushID) throws(StoreError) -> StoreClaim? {
        try SafeFile.makeOwnDirectory(writer.paths.stateDirectory, isLinkable: true)
        try SafeFile.makeOwnDirectory(writer.paths.running)
        guard let lock = try FileLock.attempt(writer.paths.lock(of: id.text), [.create]) else {
            return nil
        }
        do throws(StoreError) {
            if let record = try stored(id), record.state.outcome != .running {
                return StoreClaim(record: record, lock: lock)
            }
        } catch {
            lock.release(removing: true)
            throw error
        }
        lock.release(removing: true)
        return nil
    }

    /// The record of a push, by the connection that is open for writing anyway; `nil` where there is none,
    /// or no store.
    func stored(_ id: PushID) throws(StoreError) -> PushRecord? {
        guard SafeFile.status(writer.paths.database) != nil else { return nil }
        let queue = try writer.connection()
        return try storeErrors(writer.paths.database, seconds: writer.settings.busySeconds) {
            try queue.inDatabase { db in try PushProjection.find(id, db)?.record }
        }
    }
}

private struct StoreClaim: PushClaim {
    let record: PushRecord
    let lock: FileLock

    func release() async {
        lock.release(removing: true)
    }
}
