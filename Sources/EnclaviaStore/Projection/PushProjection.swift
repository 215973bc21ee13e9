import EnclaviaCore
import GRDB

/// A push as the tables hold it.
struct ProjectedPush {
    let num: Int64
    let record: PushRecord
    /// The record's JSON text, as the table has it.
    let text: String
}

/// `push` and `push_json`, one row of each for a push, and whatever is summed up from them.
enum PushProjection {
    private static let selectByID = """
        SELECT push.num, push_json.json FROM push JOIN push_json USING (num) WHERE push.id = ?
        """

    /// The push with that id, as the tables hold it.
    static func find(_ id: PushID, _ db: Database) throws -> ProjectedPush? {
        guard let row = try Row.fetchOne(db.cachedStatement(sql: selectByID), arguments: [id.text])
        else { return nil }
        let text = row[1] as String
        let record = try JSONText.decode(PushJSON.self, from: text).record()
        return ProjectedPush(num: row[0], record: record, text: text)
    }

    /// Makes the tables show `record` where they showed `old`, or nothing where that is `nil`.
    static func put(_ record: PushRecord, replacing old: ProjectedPush?, _ db: Database) throws {
        let json = PushJSON(record)
        let text = try JSONText.encode(json)
        // Records that are equal may differ in the bytes of a text.
        if let old, old.text.utf8.elementsEqual(text.utf8) { return }
        let num = try write(json, text: text, replacing: old?.num, db)
        let entry = SummaryEntry(json)
        let before = old.map { SummaryEntry(PushJSON($0.record)) }
        try PushLabels.put(entry, num: num, replacing: before, db)
        try Summaries.put(entry, replacing: before, db)
    }

    /// Takes a push out of every table.
    static func remove(_ old: ProjectedPush, _ db: Database) throws {
        let before = SummaryEntry(PushJSON(old.record))
        try PushLabels.remove(before, num: old.num, db)
        try db.execute(sql: "DELETE FROM push WHERE num = ?", arguments: [old.num])
        try Summaries.remove(before, db)
    }

    private static func write(
        _ json: PushJSON, text: String, replacing num: Int64?, _ db: Database
    ) throws -> Int64 {
        guard let num else { return try insert(json, text: text, db) }
        var values = try PushColumn.all.map { try $0.value(json) }
        values.append(num.databaseValue)
        try execute(updateRow, values, db)
        try execute(updateJSON, [text.databaseValue, num.databaseValue], db)
        return num
    }

    private static func insert(_ json: PushJSON, text: String, _ db: Database) throws -> Int64 {
        try execute(insertRow, PushColumn.all.map { try $0.value(json) }, db)
        let num = db.lastInsertedRowID
        try execute(insertJSON, [num.databaseValue, text.databaseValue], db)
        return num
    }

    private static func execute(
        _ sql: String, _ values: [DatabaseValue], _ db: Database
    ) throws {
        try db.cachedStatement(sql: sql).execute(arguments: StatementArguments(values))
    }

    static let insertRow: String = {
        let names = PushColumn.all.map(\.name).joined(separator: ", ")
        let marks = Array(repeating: "?", count: PushColumn.all.count).joined(separator: ", ")
        return "INSERT INTO push (\(names)) VALUES (\(marks))"
    }()
    private static let updateRow: String = {
        let names = PushColumn.all.map { "\($0.name) = ?" }.joined(separator: ", ")
        return "UPDATE push SET \(names) WHERE num = ?"
    }()
    static let insertJSON = "INSERT INTO push_json (num, json) VALUES (?, ?)"
    private static let updateJSON = "UPDATE push_json SET json = ? WHERE num = ?"
}
