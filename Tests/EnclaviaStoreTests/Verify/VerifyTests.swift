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

    private func verify(_ head: String? = nil) throws -> VerifyReport {
        try store.history().verify(head: head) { _ in }
    }

    @Test
    func `an untouched history verifies`() throws {
        let report = try verify()
        #expect(report.difference == nil)
        #expect(report.pushes == 38)
        #expect(report.head == (try store.history().summary().head))
    }

    @Test
    func `own pushes and imported ones are told apart, and the oldest event is dated`() throws {
        let report = try verify()
        #expect(report.imported == 30)
        let oldest = try store.query {
            try String.fetchOne($0, sql: "SELECT time FROM event WHERE seq = 1")
        }
        #expect(report.oldest?.description == oldest)
        #expect(report.pruned == 0)
    }

    /// The ids of pushes of this machine that have a digest, oldest first.
    private func own() throws -> [String] {
        try store.query {
            try String.fetchAll(
                $0, sql: "SELECT id FROM push WHERE effective_rank > 0 ORDER BY effective_rank")
        }
    }

    @Test
    func `every push that differs is named, with the field and both values`() throws {
        let ids = try own()
        let wanted = try store.query {
            try String.fetchOne(
                $0, sql: "SELECT digest FROM push WHERE id = ?", arguments: [ids[1]])
        }
        let forged = SamplePush.digest(77).description
        try store.edit { db in
            // In one table, in the other, and in both.
            try db.execute(
                sql: "UPDATE push SET context_user = 'mallory' WHERE id = ?", arguments: [ids[0]])
            try db.execute(
                sql: "UPDATE push SET digest = ? WHERE id = ?", arguments: [forged, ids[1]])
            try db.execute(
                sql: """
                    UPDATE push_json SET json = json_set(json, '$.digest', ?)
                    WHERE num IN (SELECT num FROM push WHERE id IN (?, ?))
                    """, arguments: [forged, ids[1], ids[2]])
        }
        let report = try verify()
        let fields = report.differences.listed.map { difference in
            [difference.pushID, difference.field?.name, difference.field?.found]
        }
        #expect(
            Set(fields) == [
                [ids[0], "context_user", "mallory"], [ids[1], "digest", forged],
                [ids[2], "digest", forged],
            ])
        #expect(report.differences.count == 3)
        let both = report.differences.listed.first { $0.pushID == ids[1] }
        #expect(both?.field?.expected == wanted)
    }

    @Test
    func `differences past the limit are counted`() async throws {
        try await store.importText(Corpus(count: 60, seed: 99).export)
        let pushes = try verify().pushes
        #expect(pushes > VerifyDifferences.limit)
        try store.edit { try $0.execute(sql: "UPDATE push SET destination = 'x'") }
        let report = try verify()
        #expect(report.differences.count == pushes)
        #expect(report.differences.listed.count == VerifyDifferences.limit)
        #expect(
            Set(report.differences.listed.compactMap(\.pushID)).count == VerifyDifferences.limit)
    }

    @Test
    func `pushes that are missing or too many are each named`() throws {
        let ids = try own()
        try store.edit { db in
            try db.execute(sql: "PRAGMA defer_foreign_keys = ON")
            try db.execute(sql: "DELETE FROM push WHERE id IN (?, ?)", arguments: [ids[0], ids[1]])
            try db.execute(
                sql: "UPDATE push SET id = '00000000-0000-7000-8000-000000000000' WHERE id = ?",
                arguments: [ids[2]])
        }
        let rows = try verify().differences.listed.filter { $0.field?.name == nil }
        let missing = rows.filter { $0.field == .missingRow }.compactMap(\.pushID)
        #expect(Set(missing) == Set(ids.prefix(3)))
        #expect(
            rows.filter { $0.field == .surplusRow }.compactMap(\.pushID)
                == ["00000000-0000-7000-8000-000000000000"])
    }

    @Test
    func `an event that was edited is named with its push, and what it says otherwise`() throws {
        let id = try own()[0]
        let sequence = try store.query {
            try Int64.fetchOne(
                $0, sql: "SELECT seq FROM event WHERE push_id = ? AND type LIKE '%.finished'",
                arguments: [id])
        }
        let edited = try #require(sequence)
        try store.edit {
            try $0.execute(
                sql: "UPDATE event SET data = replace(data, 'def456', 'aaa456') WHERE seq = ?",
                arguments: [edited])
        }
        let report = try verify()
        #expect(report.difference == .data(sequence: edited))
        #expect(report.pushIDs[edited] == id)
        #expect(
            report.differences.listed.dropFirst().map(\.field)
                == [
                    DifferingField("context_git_commit", found: "def456", expected: "aaa456")
                ])
    }

    @Test
    func `a noted head is found where it was`() async throws {
        let head = try #require(try verify().head)
        let sequence = try verify().events
        await SamplePush().record(in: store.journal(), store.clock)
        #expect(try verify(head).notedSequence == Int64(sequence))
        let other = String(repeating: "0", count: 64)
        #expect(try verify(other).difference == .head(noted: other))
    }

    @Test
    func `a rewritten chain that forgets its own places is found`() throws {
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
    func `every single edit of a table is found`() throws {
        var dice = Dice(seed: 2024)
        let path = store.paths.database.string
        try store.settleFiles()
        let sound = try Data(contentsOf: URL(filePath: path))
        var edits = 0
        while edits < 1000 {
            try sound.write(to: URL(filePath: path))
            var edit = ""
            do {
                try store.edit { db in edit = try RandomEdit.make(db, &dice) }
            } catch is DatabaseError {
                // A constraint has refused it: no edit, nothing to find.
                continue
            }
            if edit.isEmpty { continue }
            edits += 1
            #expect(try verify().difference != nil, "\(edit)")
            try store.settleFiles()
        }
        try sound.write(to: URL(filePath: path))
        #expect(try verify().difference == nil)
    }
}

/// One change of a table that verify answers for: a row deleted, put in, exchanged with another, or a value
/// changed.
enum RandomEdit {
    private static let tables = [
        "event", "push", "push_json", "push_label", "reference", "repository", "local_image",
        "label", "tally",
    ]

    static func make(_ db: Database, _ dice: inout Dice) throws -> String {
        let table = dice.pick(tables)
        let columns = try db.columns(in: table).map(\.name)
        let rows = try Row.fetchAll(db, sql: "SELECT * FROM \(table)")
        let row = dice.pick(rows)
        let key = try condition(db, table, row)
        switch dice.roll(8) {
        case 0:
            try db.execute(sql: "DELETE FROM \(table) WHERE \(key)")
            return "deleted \(key) of \(table)"
        case 1:
            return try insert(like: row, into: table, columns, db, &dice)
        case 2:
            return try swap(row, dice.pick(rows), of: table, columns, db, &dice)
        default:
            break
        }
        // `num` joins the tables and means nothing outside of them.
        let column = dice.pick(columns.filter { $0 != "num" })
        let old = row[column] as DatabaseValue
        let new = change(old, &dice)
        try db.execute(sql: "UPDATE \(table) SET \(column) = ? WHERE \(key)", arguments: [new])
        return "\(table).\(column): \(old) to \(new)"
    }

    /// Puts a row in that is another's copy but for its key, in which one column is changed.
    private static func insert(
        like row: Row, into table: String, _ columns: [String], _ db: Database, _ dice: inout Dice
    ) throws -> String {
        let keys = try db.primaryKey(table).columns
        let changed = dice.pick(keys.filter { $0 != "rowid" })
        let values = columns.map { column -> DatabaseValue in
            let old = row[column] as DatabaseValue
            if column == changed {
                return old.isNumber
                    ? (1_000_000 + dice.roll(1000)).databaseValue : change(old, &dice)
            }
            // Unique beside the key.
            return table == "push" && column == "id" ? change(old, &dice) : old
        }
        try db.execute(
            sql: """
                INSERT INTO \(table) (\(columns.joined(separator: ", ")))
                VALUES (\(values.map(\.sqlText).joined(separator: ", ")))
                """)
        return "put a copy of \(row) into \(table)"
    }

    /// Exchanges what two rows have in all columns but their keys.
    ///
    /// - Returns: nothing where they have the same.
    private static func swap(
        _ row: Row, _ other: Row, of table: String, _ columns: [String], _ db: Database,
        _ dice: inout Dice
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

    private static func change(_ old: DatabaseValue, _ dice: inout Dice) -> DatabaseValue {
        switch old.storage {
        case .null: "x".databaseValue
        case .int64(let number): (number + 1 + Int64(dice.roll(3))).databaseValue
        case .double(let number): (number + 1).databaseValue
        case .string(let text):
            switch dice.roll(3) {
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
