import EnclaviaCore
import EnclaviaSystem
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
        _ id: PushID, of reference: ImageReference, backend: String
    ) async throws(StoreError) -> Bool {
        let paths = writer.paths
        return try await read { db in
            for push in try ReferenceOrder.newestFirst(reference.description, db) {
                if push.id == id.text { return true }
                let isCompared = push.isVerified || !FileLock.isHeld(paths.lock(of: push.id))
                if push.backend == backend, isCompared { return false }
            }
            return true
        }
    }

    private func hold(_ id: PushID) throws(StoreError) -> StoreClaim? {
        try PrivateFileIO.makeOwnDirectory(writer.paths.stateDirectory, isLinkable: true)
        try PrivateFileIO.makeOwnDirectory(writer.paths.running)
        let path = writer.paths.lock(of: id.text)
        guard let lock = try storing({ () throws(FileFault) in try FileLock.attempt(path) }) else {
            return nil
        }
        do throws(StoreError) {
            if let record = try stored(id), record.state.outcome != .running {
                return StoreClaim(
                    record: record, hadResponse: try hadResponse(id), lock: lock)
            }
        } catch {
            lock.release(removing: true)
            throw error
        }
        lock.release(removing: true)
        return nil
    }

    private func hadResponse(_ id: PushID) throws(StoreError) -> Bool {
        try writer.onConnection { db in
            try Bool.fetchOne(
                db.cachedStatement(sql: Self.hadResponse),
                arguments: [id.text, EventType.pushNotified.rawValue]) ?? false
        }
    }

    /// The plus keeps the planner from the index of the types: it would read the notifications of all older pushes.
    private static let hadResponse = """
        SELECT EXISTS (SELECT 1 FROM event WHERE push_id = ? AND +type = ?
            AND json_valid(data)
            AND json_extract(data, '$.data.notify.outcome') IN ('delivered', 'failed'))
        """

    /// SQLite's plan for looking up an earlier response, which tests check.
    package func planOfClaim() throws(StoreError) -> [String] {
        try writer.onConnection { db in
            try Row.fetchAll(
                db, sql: "EXPLAIN QUERY PLAN \(Self.hadResponse)", arguments: ["", ""]
            ).map { $0["detail"] }
        }
    }

    /// The record of a push, read on the writing connection; `nil` if there is no such push, or no store.
    func stored(_ id: PushID) throws(StoreError) -> PushRecord? {
        guard writer.paths.database.status != nil else { return nil }
        return try writer.onConnection { db in try PushProjection.find(id, db)?.record }
    }
}

private struct StoreClaim: PushClaim {
    let record: PushRecord
    let hadResponse: Bool
    let lock: FileLock

    func release() async {
        lock.release(removing: true)
    }
}
