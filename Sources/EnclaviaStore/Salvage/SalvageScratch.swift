import EnclaviaCore
import GRDB
import SystemPackage

/// What was found in a damaged file, on disk: a history may have a million events.
struct SalvageScratch {
    let db: Database
    private var addEvent: RawStatement
    private let fillEvent: RawStatement
    private let addRecord: RawStatement
    private let addWitness: RawStatement

    /// No event has a greater number: a program that reads them from JSON may count in doubles.
    private static let greatest: Int64 = 1 << 53

    /// Runs `body` with a new database, which needs no durability.
    static func run<Value>(
        at path: FilePath, _ body: (SalvageScratch) throws -> Value
    ) throws -> Value {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let queue = try DatabaseQueue(path: path.sqliteName, configuration: configuration)
        let value = try queue.inDatabase { db in
            try db.execute(
                sql: """
                    PRAGMA journal_mode = OFF;
                    PRAGMA synchronous = OFF;
                    -- Of several rows with a number, those that SQLite found come first.
                    CREATE TABLE candidate (
                        num INTEGER PRIMARY KEY, seq INTEGER NOT NULL, data BLOB,
                        data_hash BLOB NOT NULL, hash BLOB NOT NULL);
                    CREATE UNIQUE INDEX candidate_seq ON candidate (
                        seq, hash, data_hash, data IS NULL);
                    CREATE TABLE record (
                        num INTEGER PRIMARY KEY, id TEXT NOT NULL, json BLOB NOT NULL);
                    CREATE INDEX record_id ON record (id);
                    CREATE TABLE witness (
                        id TEXT NOT NULL, revision INTEGER NOT NULL, PRIMARY KEY (id, revision)
                    ) WITHOUT ROWID;
                    CREATE TABLE later (
                        num INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, json TEXT);
                    BEGIN;
                    """)
            let value = try body(SalvageScratch(db))
            try db.execute(sql: "COMMIT")
            return value
        }
        try queue.close()
        return value
    }

    private init(_ db: Database) throws {
        self.db = db
        addEvent = try RawStatement(
            db, "INSERT OR IGNORE INTO candidate (seq, data, data_hash, hash) VALUES (?, ?, ?, ?)")
        fillEvent = try RawStatement(
            db,
            """
            INSERT OR IGNORE INTO candidate (seq, data, data_hash, hash) SELECT ?1, ?2, ?3, ?4
            WHERE NOT EXISTS (SELECT 1 FROM candidate WHERE seq = ?1)
            """)
        addRecord = try RawStatement(db, "INSERT INTO record (id, json) VALUES (?, ?)")
        addWitness = try RawStatement(
            db, "INSERT OR IGNORE INTO witness (id, revision) VALUES (?, ?)")
    }

    /// The same, for what may never have been committed: it is added only where there is no other event.
    var filling: SalvageScratch {
        var filling = self
        filling.addEvent = fillEvent
        return filling
    }

    /// Adds what may be a row of `event`, if its text has the hash beside it, or was pruned. The number in a text
    /// counts more than the row's, which no hash covers.
    func add(_ event: StoredEvent) throws {
        var sequence = event.sequence
        if let text = event.text {
            guard text.withUnsafeBytes(HashChain.hash) == event.dataHash,
                let stated = EventPlace.sequence(in: text)
            else { return }
            sequence = stated
        }
        guard 1...Self.greatest ~= sequence else { return }
        addEvent.bind(sequence, at: 1)
        if let text = event.text { addEvent.bind(text, at: 2) } else { addEvent.bindNull(at: 2) }
        addEvent.bind(event.dataHash, at: 3)
        addEvent.bind(event.hash, at: 4)
        try addEvent.run()
    }

    /// Adds what may be a row of `push_json`.
    func add(record json: [UInt8]) throws {
        let key = Array(#","id":""#.utf8)
        // The texts of a record escape quotation marks, and no object before its id has that key.
        let place = json.withUnsafeBufferPointer { ByteSearch.first(key, in: $0) }
        guard let place,
            let id = PushID(
                String(decoding: json[(place + key.count)...].prefix(36), as: UTF8.self))
        else { return }
        addRecord.bind(id.text, at: 1)
        addRecord.bind(json, at: 2)
        try addRecord.run()
    }

    /// Adds the id and the revision of what may be a row of `push`.
    func add(witness id: PushID, revision: Int64) throws {
        addWitness.bind(id.text, at: 1)
        addWitness.bind(revision, at: 2)
        try addWitness.run()
    }

    func isWitnessed(_ id: PushID, revision: Int) throws -> Bool {
        try Bool.fetchOne(
            db.cachedStatement(
                sql: "SELECT EXISTS (SELECT 1 FROM witness WHERE id = ? AND revision = ?)"),
            arguments: [id.text, revision]) ?? false
    }

    /// Hands the rows that may be events to `body`, by their numbers from `first` on, until it returns `false`.
    func forEachEvent(from first: Int64, _ body: (StoredEvent) throws -> Bool) throws {
        let rows = try RawStatement(
            db,
            """
            SELECT seq, data, data_hash, hash FROM candidate WHERE seq >= ? ORDER BY seq, num
            """)
        rows.bind(first, at: 1)
        while try rows.step() {
            if Task.isCancelled { throw CancellationError() }
            let event = StoredEvent(
                sequence: rows.integer(0), text: rows.isNull(1) ? nil : Array(rows.bytes(1)),
                dataHash: Array(rows.bytes(2)), hash: Array(rows.bytes(3)))
            guard try body(event) else { return }
        }
    }

    /// The records of the later events, and of the rows that are newer than any event, by push; `nil` where the
    /// events that are left do not make a record.
    func later(_ id: PushID) throws -> (isKnown: Bool, record: PushRecord?) {
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT json FROM later WHERE id = ?"), arguments: [id.text])
        guard let row else { return (false, nil) }
        let record = try (row[0] as String?).map {
            try JSONText.decode(PushJSON.self, from: $0).record()
        }
        return (true, record)
    }

    func setLater(_ id: PushID, _ record: PushRecord?) throws {
        let json = try record.map { try JSONText.encode(PushJSON($0)) }
        try db.cachedStatement(
            sql: """
                INSERT INTO later (id, json) VALUES (?, ?)
                ON CONFLICT (id) DO UPDATE SET json = excluded.json
                """
        ).execute(arguments: [id.text, json])
    }

    func removeLater() throws {
        try db.execute(sql: "DELETE FROM later")
    }
}
