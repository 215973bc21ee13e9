import EnclaviaCore
import GRDB

/// Fills a draft from the events of a history.
struct DraftFilling {
    private let draft: StoreDraft
    private let settings: StoreSettings

    /// How many events are in one transaction.
    private static let batch = 8_192

    init(_ draft: StoreDraft, _ settings: StoreSettings) {
        self.draft = draft
        self.settings = settings
    }

    /// Makes the store of the draft, with the chain's id and all events of `db`.
    ///
    /// - Parameter db: a read transaction of the history.
    /// - Returns: the newest event.
    /// - Throws: `DatabaseError`, ``StoreError``, `CancellationError`.
    func fill(from db: Database, progress: (Int) -> Void) throws -> EventChain.Head {
        let chain = try EventChain.id(db)
        let opening = StoreOpening(paths: draft.paths, settings: settings, newChain: { chain })
        let queue = try opening.open()
        try queue.inDatabase { new in
            // A draft that a crash leaves behind is deleted.
            try new.execute(sql: "PRAGMA synchronous = OFF; PRAGMA cache_size = -16384")
        }
        let head = try append(to: queue, after: .none, from: db, progress: progress)
        try queue.close()
        return head
    }

    /// Appends the events of `db` that come after `head`.
    ///
    /// - Returns: the newest event.
    func append(
        to queue: DatabaseQueue, after head: EventChain.Head, from db: Database,
        progress: (Int) -> Void
    ) throws -> EventChain.Head {
        // By the rowid alone: an index may be damaged.
        let rows = try RawStatement(
            db,
            """
            SELECT seq, data, data_hash, hash FROM event NOT INDEXED
            WHERE seq > \(head.sequence) ORDER BY seq
            """)
        var head = head
        var isAtEnd = false
        while !isAtEnd {
            if Task.isCancelled { throw CancellationError() }
            try queue.inDatabase { new in
                try new.inTransaction(.immediate) {
                    let replay = try StoreReplay(new)
                    var count = 0
                    while count < Self.batch {
                        isAtEnd = try !rows.step()
                        if isAtEnd { break }
                        let event = StoredEvent(
                            sequence: rows.integer(0),
                            text: rows.isNull(1) ? nil : Array(rows.bytes(1)),
                            dataHash: Array(rows.bytes(2)), hash: Array(rows.bytes(3)))
                        try replay.append(event)
                        head = EventChain.Head(sequence: event.sequence, hash: event.hash)
                        count += 1
                    }
                    return .commit
                }
            }
            progress(Int(head.sequence))
        }
        return head
    }

    /// Reads the draft.
    func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        let queue = try DatabaseQueue(
            path: draft.paths.database.sqliteName, configuration: settings.reading)
        defer { try? queue.close() }
        return try queue.read(body)
    }
}
