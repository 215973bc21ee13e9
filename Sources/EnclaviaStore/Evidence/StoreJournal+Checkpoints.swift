import EnclaviaCore
import EnclaviaSystem
import GRDB

extension StoreJournal: CheckpointJournal {
    package func next(at moment: Timestamp) throws(CheckpointError) -> Checkpoint {
        try onHistory { history, file throws(CheckpointError) in
            let path = writer.paths.database.string
            if let number = file.kept.damaged.first {
                throw .damaged(file: file.kept.name(of: number))
            }
            let last = file.kept.lines.last
            let read = try storing { () throws(StoreError) in
                try history.readStore { db in
                    let comparison = try CheckpointComparison(db)
                    return (
                        chain: try EventChain.id(db), head: try EventChain.head(db),
                        difference: try last.flatMap {
                            try comparison.difference(of: $0.checkpoint)
                        }
                    )
                }
            }
            guard let read else { throw .missing(path: path) }
            if let last, let difference = read.difference {
                throw .contradicted(
                    path: path, file: file.kept.name(of: last.number), difference)
            }
            guard read.head.sequence > 0 else { throw .empty(path: path) }
            return Checkpoint(
                chain: read.chain, sequence: read.head.sequence,
                head: Hexadecimal.encode(read.head.hash), time: moment,
                previous: last?.checkpoint.hash)
        }
    }

    package func keep(_ checkpoint: Checkpoint) throws(CheckpointError) -> [StoreWarning] {
        try onHistory { _, file throws(CheckpointError) in
            guard file.kept.lines.last?.checkpoint.hash == checkpoint.previous else {
                throw .overtaken
            }
            try storing { () throws(StoreError) in try file.append(checkpoint) }
            return file.kept.isTorn ? [.tornCheckpoint(path: file.path.string)] : []
        }
    }

    /// Runs `body` while no other process creates or migrates the store, or keeps a checkpoint. Events are appended
    /// meanwhile: they only make the newest event that `body` reads one of a moment before.
    ///
    /// - Throws: ``CheckpointError``; ``CheckpointError/missing(path:)`` where there is no store.
    private func onHistory<Value>(
        _ body: (HistoryStore, CheckpointFile) throws(CheckpointError) -> Value
    ) throws(CheckpointError) -> Value {
        let paths = writer.paths
        let history = HistoryStore(paths: paths, settings: writer.settings)
        defer { history.close() }
        let version = try storing { () throws(StoreError) in
            try history.readStore { try Schema.version($0) }
        }
        guard let version else { throw .missing(path: paths.database.string) }
        let lock = try storing { () throws(StoreError) in
            // The store of an older version has no chain id yet.
            if version < Schema.version { _ = try writer.connection() }
            return try FileLock.acquire(paths.databaseLock, seconds: writer.settings.busySeconds)
        }
        defer { lock.release(removing: false) }
        let file = try storing { () throws(StoreError) in
            try PrivateFileIO.check(paths.checkpoints)
            return try CheckpointFile(paths.checkpoints)
        }
        return try body(history, file)
    }

    private func storing<Value>(
        _ body: () throws(StoreError) -> Value
    ) throws(CheckpointError) -> Value {
        do throws(StoreError) {
            return try body()
        } catch {
            throw .store(error)
        }
    }
}

extension CheckpointComparison {
    /// A comparison with a store.
    init(_ db: Database) throws {
        self.init(
            // A store without an id matches no checkpoint.
            names: try EventChain.names(db), newest: try EventChain.head(db).sequence
        ) { sequence in
            let sql = "SELECT lower(hex(hash)) FROM event WHERE seq = ?"
            return try String.fetchOne(db, sql: sql, arguments: [sequence])
        }
    }
}

extension HistoryStore {
    /// Compares the store with checkpoints, and with those in the state directory.
    ///
    /// - Parameter db: `nil` where there is no store.
    func compare(
        _ given: [GivenCheckpoint], _ db: Database?, _ report: inout VerifyReport
    ) throws {
        guard !given.isEmpty else { return }
        let isKept = paths.checkpoints.status != nil
        let kept = isKept ? try CheckpointFile(paths.checkpoints).kept : nil
        let comparison =
            try db.map { try CheckpointComparison($0) }
            ?? CheckpointComparison(names: ChainNames(nil), newest: 0) { _ in nil }
        try comparison.run(given, kept: kept, &report)
    }
}
