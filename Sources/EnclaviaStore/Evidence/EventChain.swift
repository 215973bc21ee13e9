import EnclaviaCore
import FoundationEssentials
import GRDB

/// The `event` table, which only grows.
enum EventChain {
    /// The newest event's sequence number and hash.
    struct Head: Hashable, Sendable {
        var sequence: Int64
        var hash: [UInt8]

        static let none = Head(sequence: 0, hash: HashChain.origin)
    }

    static func head(_ db: Database) throws -> Head {
        let sql = "SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1"
        guard let row = try Row.fetchOne(db.cachedStatement(sql: sql)) else { return .none }
        return Head(sequence: row[0], hash: Array(row[1] as Data))
    }

    /// The key of the chain's id in `meta`.
    static let key = "chain_id"

    /// The chain's id.
    ///
    /// - Throws: ``StoreError/corrupt(path:detail:)`` where the store has none.
    static func id(_ db: Database) throws -> ChainID {
        let sql = "SELECT value FROM meta WHERE key = ?"
        let text = try String.fetchOne(db.cachedStatement(sql: sql), arguments: [key])
        guard let chain = text.flatMap({ ChainID($0) }) else {
            throw StoreError.corrupt(
                path: try path(of: db), detail: "it does not contain the id of its chain")
        }
        return chain
    }

    /// Stores the chain's id in `meta`, in place of any other.
    static func name(_ chain: ChainID, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO meta (key, value) VALUES (?, ?)
                ON CONFLICT (key) DO UPDATE SET value = excluded.value
                """, arguments: [key, chain.text])
    }

    private static func path(of db: Database) throws -> String {
        try String.fetchOne(db, sql: "SELECT file FROM pragma_database_list") ?? ""
    }

    /// Appends an event to the chain; to be called inside an immediate transaction.
    ///
    /// - Returns: the event's JSON text as stored, which is its line in the event log.
    static func append(
        _ event: HistoryEvent, of chain: ChainID, after head: inout Head, follows: Int64? = nil,
        _ db: Database
    ) throws -> String {
        let sequence = try next(after: head, db)
        let text = try JSONText.encode(
            CloudEvent(
                event, of: chain, sequence: sequence, previousHash: Hexadecimal.encode(head.hash),
                follows: follows))
        try append(text, after: &head, db)
        return text
    }

    /// Appends an event whose JSON text already holds its sequence number.
    static func append(_ text: String, after head: inout Head, _ db: Database) throws {
        let (sequence, dataHash) = try advance(&head, by: text, db)
        try db.cachedStatement(sql: insertRow)
            .execute(arguments: [sequence, text, Data(dataHash), Data(head.hash)])
    }

    /// The same with a statement of ``insertRow``, which an import prepares once.
    static func append(
        _ text: String, after head: inout Head, with insertion: RawStatement, _ db: Database
    ) throws {
        let (sequence, dataHash) = try advance(&head, by: text, db)
        insertion.bind(sequence, at: 1)
        insertion.bind(text, at: 2)
        insertion.bind(dataHash, at: 3)
        insertion.bind(head.hash, at: 4)
        try insertion.run()
    }

    private static func advance(
        _ head: inout Head, by text: String, _ db: Database
    ) throws -> (sequence: Int64, dataHash: [UInt8]) {
        let sequence = try next(after: head, db)
        let dataHash = HashChain.dataHash(of: text)
        head = Head(sequence: sequence, hash: HashChain.link(head.hash, dataHash))
        return (sequence, dataHash)
    }

    static let insertRow = "INSERT INTO event (seq, data, data_hash, hash) VALUES (?, ?, ?, ?)"

    /// The next sequence number.
    ///
    /// - Throws: ``StoreError/corrupt(path:detail:)`` if the newest event has the largest number, as only in a
    ///   damaged store.
    static func next(after head: Head, _ db: Database) throws -> Int64 {
        guard head.sequence < .max else {
            throw StoreError.corrupt(
                path: try path(of: db), detail: "the newest event has the largest possible number")
        }
        return head.sequence + 1
    }

    /// The sequence number of the newest event whose recorded time is not after `moment`; 0 if there is none.
    static func newest(by moment: Timestamp, _ db: Database) throws -> Int64 {
        let sql = "SELECT seq FROM event WHERE +time <= ? ORDER BY seq DESC LIMIT 1"
        return try Int64.fetchOne(
            db.cachedStatement(sql: sql), arguments: [moment.description]) ?? 0
    }

    /// Whether an event of that push is in the chain already, by its CloudEvents id.
    static func contains(_ id: PushID, of push: PushID, _ db: Database) throws -> Bool {
        let sql = "SELECT EXISTS (SELECT 1 FROM event WHERE push_id = ? AND id = ?)"
        return try Bool.fetchOne(
            db.cachedStatement(sql: sql), arguments: [push.text, id.text]) ?? false
    }

    /// Whether an event about no push is in the chain already; there are few of those types.
    static func contains(_ id: PushID, type: EventType, _ db: Database) throws -> Bool {
        let sql = "SELECT EXISTS (SELECT 1 FROM event WHERE type = ? AND id = ?)"
        return try Bool.fetchOne(
            db.cachedStatement(sql: sql), arguments: [type.rawValue, id.text]) ?? false
    }
}
