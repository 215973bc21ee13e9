import EnclaviaCore

extension StoreJournal {
    package func claim(_ id: PushID) async -> (any PushClaim)? {
        await writer.run { () -> StoreClaim? in
            guard let lock = try? FileLock.acquire(self.writer.paths.lock(of: id.text), seconds: 0)
            else { return nil }
            let history = HistoryStore(paths: self.writer.paths, settings: self.writer.settings)
            guard let record = try? history.record(id), record.state.outcome != .running else {
                lock.release(removing: true)
                return nil
            }
            return StoreClaim(record: record, lock: lock)
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
