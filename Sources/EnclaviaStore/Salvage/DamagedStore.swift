import EnclaviaCore
import EnclaviaSystem
import GRDB
import SystemPackage

/// Reads a copy of a damaged store: the events that SQLite finds in the table `event`, then all pages, for what SQLite
/// cannot find. Nothing of the file's schema is run: neither views nor triggers.
struct DamagedStore {
    let copy: FilePath
    /// The greatest event numbers that the two indexes have which list all events that were not pruned; `nil` where
    /// an index cannot be read whole.
    private(set) var indexed: [Int64?] = [nil, nil]
    /// The greatest event number in pages of the index `event_type`, of those that can be read.
    var indexedInPages: Int64 = 0
    /// The greatest number of a row in the table `event`, whatever the row has.
    private(set) var greatestRow: Int64?
    /// Whether SQLite could read all of the table `event`.
    private(set) var isTableRead = false
    /// Whether the write-ahead log or the rollback journal is damaged: there may have been later events.
    private(set) var isJournalDamaged = false
    /// The chain's id in `meta`.
    private(set) var chain: ChainID?
    /// The number of the event that the event log is complete to, in `meta`.
    private(set) var loggedThrough: Int64?
    /// The damaged file's path, for errors.
    let path: String

    /// - Parameters:
    ///   - copy: the copy, which is written to.
    ///   - path: of the damaged file, for errors.
    init(_ copy: FilePath, of path: String) {
        self.copy = copy
        self.path = path
    }

    /// - Throws: ``StoreError``, `DatabaseError`, `Errno`, `CancellationError`.
    mutating func read(into scratch: SalvageScratch, progress: (Double) -> Void) throws {
        let file = try FileDescriptor.open(copy, .readWrite, options: [.closeOnExec])
        defer { try? file.close() }
        let header = DatabaseHeader(try file.bytes(at: 0, count: DatabaseHeader.length))
        let log = try WriteAheadLog(copy.beside("-wal"))
        // SQLite empties the log, whether it could read it or not.
        let frames = log.size > 0 ? try copyLog(log.size) : nil
        defer { try? frames?.close() }
        let pages = try file.seek(offset: 0, from: .end) / Int64(header.pageSize ?? 4096)
        let journal = try RollbackJournal(
            copy.beside("-journal"), pages: pages, stated: header.pageCount)
        isJournalDamaged = log.isDamaged || journal.isDamaged
        let queue = try open(file, header.pageSize ?? log.pageSize ?? 4096)
        if let queue {
            try queue.inDatabase { db in try read(db, into: scratch) }
            try queue.close()
        } else {
            isJournalDamaged = isJournalDamaged || log.size > 0
        }
        let isLogRead = queue != nil && header.pageSize != nil && isTableRead && !log.isUnread
        let sizes =
            (header.pageSize ?? log.pageSize).map { [$0] } ?? [
                4096, 1024, 512, 2048, 8192, 16384, 32768, 65536,
            ]
        for pageSize in sizes {
            let scan = PageScan(
                file, size: try file.seek(offset: 0, from: .end), pageSize: pageSize,
                reserved: header.reserved)
            var found = 0
            try scan.run(progress: progress) { kind, record in
                if try add(record, kind, to: scratch) { found += 1 }
            }
            if let frames, !isLogRead {
                try log.forEachPage(of: frames, pageSize: pageSize) { number, page in
                    try scan.scan(page, number) { kind, record in
                        if try add(record, kind, to: scratch.filling) { found += 1 }
                    }
                }
            }
            if found > 0 { break }
        }
    }
}

extension DamagedStore {
    /// - Throws: ``StoreError/tooNew(path:version:)``, or an error of the scratch database.
    private mutating func read(_ db: Database, into scratch: SalvageScratch) throws {
        let version = try damaged(nil) { try Schema.version(db) } ?? 0
        let application = try damaged(nil) {
            try Int32.fetchOne(db, sql: "PRAGMA application_id")
        }
        // A number that nothing else agrees with is damage.
        if version > Schema.version, version < 1000, application == Schema.applicationID,
            try damaged(false, { try !SchemaCheck.isCurrent(db) })
        {
            throw StoreError.tooNew(path: path, version: "\(version)")
        }
        if try isTable("meta", db) {
            chain = try text(of: EventChain.key, db).flatMap { ChainID($0) }
            loggedThrough = try text(of: LoggedThrough.key, db).flatMap { Int64($0) }
        }
        guard try isTable("event", db) else { return }
        isTableRead = try readEvents(db, into: scratch)
        indexed = [
            try greatest("INDEXED BY event_type WHERE type > ''", db),
            try greatest("INDEXED BY event_time WHERE time > ''", db),
        ]
    }

    /// What `body` reads, or `value` where the file is damaged there.
    ///
    /// - Throws: errors that are not the file's, such as those of the disk.
    private func damaged<Value>(_ value: Value, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as DatabaseError where error.isOfDamage {
            return value
        }
    }

    /// Whether the name is that of a table: a view could show anything in its place.
    private func isTable(_ name: String, _ db: Database) throws -> Bool {
        let sql = """
            SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '\(name)' AND rootpage > 0
                AND sql NOT LIKE 'CREATE VIRTUAL%'
            """
        return try damaged(false) { try RawStatement(db, sql).first { _ in true } ?? false }
    }

    private func text(of key: String, _ db: Database) throws -> String? {
        let sql = "SELECT value FROM meta WHERE key = '\(key)'"
        return try damaged(nil) { try RawStatement(db, sql).first { $0.text(0) } }
    }

    /// - Returns: whether it came to the end.
    private mutating func readEvents(
        _ db: Database, into scratch: SalvageScratch
    ) throws -> Bool {
        let sql = "SELECT seq, data, data_hash, hash FROM event NOT INDEXED ORDER BY seq"
        guard let rows = try damaged(nil, { try RawStatement(db, sql) }) else { return false }
        while true {
            guard let isRow = try damaged(nil, { try rows.step() }) else { return false }
            guard isRow else { return true }
            if rows.isInteger(0) { greatestRow = max(greatestRow ?? 0, rows.integer(0)) }
            guard rows.isInteger(0), rows.isNull(1) || rows.isText(1), rows.isBlob(2),
                rows.isBlob(3)
            else { continue }
            let (dataHash, hash) = (Array(rows.bytes(2)), Array(rows.bytes(3)))
            guard dataHash.count == 32, hash.count == 32 else { continue }
            try scratch.add(
                StoredEvent(
                    sequence: rows.integer(0), text: rows.isNull(1) ? nil : Array(rows.bytes(1)),
                    dataHash: dataHash, hash: hash))
        }
    }

    /// The greatest number in an index; 0 where it is empty, and `nil` where it cannot be read whole.
    private func greatest(_ index: String, _ db: Database) throws -> Int64? {
        try damaged(nil) {
            let rows = try RawStatement(db, "SELECT seq FROM event \(index)")
            var greatest: Int64 = 0
            while try rows.step() { greatest = max(greatest, rows.integer(0)) }
            return greatest
        }
    }
}
