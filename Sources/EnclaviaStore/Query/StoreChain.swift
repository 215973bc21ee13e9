import EnclaviaCore
import GRDB

/// The chain of this machine's history, as a server is to get it.
package struct StoreChain: HistoryChain {
    private let history: HistoryStore
    private let journal: StoreJournal

    package init(_ history: HistoryStore, _ journal: StoreJournal) {
        self.history = history
        self.journal = journal
    }

    package func newest() throws(StoreError) -> LocalChain? {
        try history.readStore { db -> LocalChain? in
            let head = try EventChain.head(db)
            guard head.sequence > 0, let genesis = try Self.hash(at: 1, db) else { return nil }
            return LocalChain(
                id: try EventChain.names(db).present?.text, last: head.sequence,
                genesis: genesis)
        } ?? nil
    }

    package func hash(at sequence: Int64) throws(StoreError) -> [UInt8]? {
        try history.readStore { db in try Self.hash(at: sequence, db) } ?? nil
    }

    private static func hash(at sequence: Int64, _ db: Database) throws -> [UInt8]? {
        try RawStatement(db, "SELECT hash FROM event WHERE seq = \(sequence)")
            .first { Array($0.bytes(0)) }
    }

    package func batch(after sequence: Int64, through last: Int64) throws(StoreError) -> ChainBatch
    {
        let batch = try history.readStore { db in
            try read(after: sequence, through: last, db)
        }
        guard let batch else { throw broken(at: sequence + 1) }
        return batch
    }

    private func read(
        after sequence: Int64, through last: Int64, _ db: Database
    ) throws -> ChainBatch {
        let previous = sequence == 0 ? HashChain.origin : try Self.hash(at: sequence, db) ?? []
        let rows = try RawStatement(
            db,
            """
            SELECT seq, data, data_hash, hash, type FROM event
            WHERE seq > \(sequence) AND seq <= \(last) ORDER BY seq LIMIT \(ChainBatch.eventLimit)
            """)
        var (hash, hashes, texts) = (previous, [UInt8](), [String]())
        var (bytes, pushes, records) = (0, 0, [Bool]())
        while bytes < ChainBatch.byteLimit, pushes < ChainBatch.pushLimit, try rows.step() {
            let text = rows.isNull(1) ? "" : rows.text(1)
            let dataHash = Array(rows.bytes(2))
            hash = HashChain.link(hash, dataHash)
            // The server would refuse it, and could not say why.
            guard rows.integer(0) == sequence + Int64(texts.count) + 1,
                rows.bytes(3).elementsEqual(hash),
                text.isEmpty || HashChain.dataHash(of: text) == dataHash
            else { throw broken(at: rows.integer(0)) }
            texts.append(text)
            hashes += dataHash
            bytes += text.utf8.count
            records.append(!rows.isNull(4) && Self.wholeRecords.contains(rows.text(4)))
            pushes += records.last == true ? 1 : 0
        }
        guard !texts.isEmpty else { throw broken(at: sequence + 1) }
        return ChainBatch(
            first: sequence + 1, previous: previous, hashes: hashes, texts: texts, records: records)
    }

    /// The events that contain a whole record.
    private static let wholeRecords = Set(
        [EventType.pushFinished, .pushImported, .historyReconciled].map(\.rawValue))

    private func broken(at sequence: Int64) -> StoreError {
        .corrupt(
            path: history.paths.database.string,
            detail: "the chain is broken at event \(sequence)")
    }

    package func keep(_ state: SyncState) async throws(StoreError) {
        try await journal.keep(state)
    }
}
