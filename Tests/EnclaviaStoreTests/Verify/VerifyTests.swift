import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Testing

struct VerifyTests {
    let store: TemporaryStore

    init() async throws {
        store = try TemporaryStore()
        let journal = store.journal()
        for number in 0..<8 {
            let push = SamplePush(
                repository: "app\(number % 3)", tag: "v\(number % 2)",
                digest: SamplePush.digest(number),
                outcome: number % 4 == 3 ? .failed : .succeeded)
            await push.record(in: journal, store.clock)
        }
        await journal.close()
        try await store.importText(Corpus(count: 30).export)
    }

    func verify(_ head: String? = nil) throws -> VerifyReport {
        try store.history().verify(head: head) { _ in }
    }

    @Test
    func `an unchanged history is intact`() throws {
        let report = try verify()
        #expect(report.difference == nil)
        #expect(report.pushes == 38)
        #expect(report.head == (try store.history().summary().head))
    }

    @Test
    func `a noted head is found at its event`() async throws {
        let head = try #require(try verify().head)
        let sequence = try verify().events
        await SamplePush().record(in: store.journal(), store.clock)
        #expect(try verify(head).notedSequence == Int64(sequence))
        let other = String(repeating: "0", count: 64)
        #expect(try verify(other).difference == .head(noted: other))
    }

    @Test
    func `verify finds a renumbered chain by the sequence in the events' text`() throws {
        try store.edit { db in
            try db.execute(sql: "DELETE FROM event WHERE seq = 10")
            let rows = try Row.fetchAll(
                db, sql: "SELECT seq, data_hash, hash FROM event WHERE seq >= 9 ORDER BY seq")
            var head = Array(rows[0]["hash"] as Data)
            for row in rows.dropFirst() {
                head = HashChain.link(head, Array(row["data_hash"] as Data))
                try db.execute(
                    sql: "UPDATE event SET seq = seq - 1, hash = ? WHERE seq = ?",
                    arguments: [Data(head), row["seq"] as Int64])
            }
        }
        #expect(try verify().difference == .place(sequence: 10))
    }

    @Test
    func `verify finds every single edit of a table`() throws {
        var generator = SeededRandom(seed: 2024)
        let path = store.paths.database.string
        try store.checkpoint()
        let sound = try Data(contentsOf: URL(filePath: path))
        var edits = 0
        while edits < StoreRounds.number(300, soak: 1_000) {
            try sound.write(to: URL(filePath: path))
            var edit = ""
            do {
                try store.edit { db in edit = try RandomEdit.make(db, &generator) }
            } catch is DatabaseError {
                // A constraint refused the edit.
                continue
            }
            if edit.isEmpty { continue }
            edits += 1
            #expect(try verify().difference != nil, "\(edit)")
            try store.checkpoint()
        }
        try sound.write(to: URL(filePath: path))
        #expect(try verify().difference == nil)
    }
}

/// One random edit of a table that verify checks: a deleted row, an inserted row, two swapped rows, or a
/// changed value.
enum RandomEdit {
    private static let tables = [
        "event", "push", "push_json", "push_label", "reference", "repository", "local_image",
        "label", "tally",
    ]

    /// - Returns: a description of the edit; empty if nothing was edited.
    static func make(_ db: Database, _ generator: inout SeededRandom) throws -> String {
        let table = generator.pick(tables)
        let columns = try db.columns(in: table).map(\.name)
        let rows = try Row.fetchAll(db, sql: "SELECT * FROM \(table)")
        guard !rows.isEmpty else { return "" }
        let row = generator.pick(rows)
        let key = try condition(db, table, row)
        switch generator.roll(8) {
        case 0:
            try db.execute(sql: "DELETE FROM \(table) WHERE \(key)")
            return "deleted \(key) of \(table)"
        case 1:
            return try insert(like: row, into: table, columns, db, &generator)
        case 2:
            return try swap(row, generator.pick(rows), of: table, columns, db, &generator)
        default:
            break
        }
        // `num` joins the tables and means nothing outside of them.
        let column = generator.pick(columns.filter { $0 != "num" })
        let old = row[column] as DatabaseValue
        let new = change(old, &generator)
        try db.execute(sql: "UPDATE \(table) SET \(column) = ? WHERE \(key)", arguments: [new])
        return "\(table).\(column): \(old) to \(new)"
    }

    /// Inserts a copy of `row` with one column of the key changed.
    private static func insert(
        like row: Row, into table: String, _ columns: [String], _ db: Database,
        _ generator: inout SeededRandom
    ) throws -> String {
        let keys = try db.primaryKey(table).columns
        let changed = generator.pick(keys.filter { $0 != "rowid" })
        let values = columns.map { column -> DatabaseValue in
            let old = row[column] as DatabaseValue
            if column == changed {
                return old.isNumber
                    ? (1_000_000 + generator.roll(1000)).databaseValue : change(old, &generator)
            }
            // The id is unique as well.
            return table == "push" && column == "id" ? change(old, &generator) : old
        }
        try db.execute(
            sql: """
                INSERT INTO \(table) (\(columns.joined(separator: ", ")))
                VALUES (\(values.map(\.sqlText).joined(separator: ", ")))
                """)
        return "put a copy of \(row) into \(table)"
    }

    /// Swaps the values of two rows in all columns but their keys.
    ///
    /// - Returns: a description of the edit; empty if the rows have the same values.
    private static func swap(
        _ row: Row, _ other: Row, of table: String, _ columns: [String], _ db: Database,
        _ generator: inout SeededRandom
    ) throws -> String {
        let keys = try db.primaryKey(table).columns
        let rest = columns.filter { !keys.contains($0) && $0 != "num" && $0 != "id" }
        let isSame = rest.allSatisfy {
            (row[$0] as DatabaseValue) == (other[$0] as DatabaseValue)
        }
        guard !isSame else { return "" }
        for (target, source) in [(row, other), (other, row)] {
            let values = rest.map { "\($0) = \((source[$0] as DatabaseValue).sqlText)" }
            try db.execute(
                sql: """
                    UPDATE \(table) SET \(values.joined(separator: ", "))
                    WHERE \(condition(db, table, target))
                    """)
        }
        return "exchanged \(row) and \(other) of \(table)"
    }

    private static func condition(_ db: Database, _ table: String, _ row: Row) throws -> String {
        try db.primaryKey(table).columns.map { column in
            "\(column) = \((row[column] as DatabaseValue).sqlText)"
        }.joined(separator: " AND ")
    }

    private static func change(_ old: DatabaseValue, _ generator: inout SeededRandom)
        -> DatabaseValue
    {
        switch old.storage {
        case .null: "x".databaseValue
        case .int64(let number): (number + 1 + Int64(generator.roll(3))).databaseValue
        case .double(let number): (number + 1).databaseValue
        case .string(let text):
            switch generator.roll(3) {
            case 0: (text + " ").databaseValue
            case 1: "x\(text.dropFirst())".databaseValue
            default: text == "0" ? "1".databaseValue : "0".databaseValue
            }
        case .blob(let data):
            Data(data.enumerated().map { $0.offset == 7 ? $0.element ^ 1 : $0.element })
                .databaseValue
        }
    }
}

extension DatabaseValue {
    fileprivate var isNumber: Bool {
        if case .int64 = storage { true } else { false }
    }

    /// The value as an SQL literal.
    fileprivate var sqlText: String {
        switch storage {
        case .null: "NULL"
        case .int64(let number): "\(number)"
        case .double(let number): "\(number)"
        case .string(let text): "'\(text.replacingOccurrences(of: "'", with: "''"))'"
        case .blob(let data): "x'\(data.map { String(format: "%02x", $0) }.joined())'"
        }
    }
}
