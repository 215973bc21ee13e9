import EnclaviaCore
import GRDB

/// A push as the tables hold it.
struct ProjectedPush {
    let num: Int64
    let record: PushRecord
    /// The record's JSON text, as the table has it.
    let text: String
    /// `nil` before there is a digest.
    let place: PushPlace?
}

/// `push` and `push_json`, one row of each for a push, and whatever is summed up from them.
enum PushProjection {
    private static let selectByID = """
        SELECT push.num, push_json.json, push.effective_at, push.effective_rank
        FROM push JOIN push_json USING (num) WHERE push.id = ?
        """

    /// The push with that id, as the tables hold it.
    static func find(_ id: PushID, _ db: Database) throws -> ProjectedPush? {
        guard let row = try Row.fetchOne(db.cachedStatement(sql: selectByID), arguments: [id.text])
        else { return nil }
        let text = row[1] as String
        let record = try JSONText.decode(PushJSON.self, from: text).record()
        let place = (row[2] as String?).flatMap { Timestamp($0) }.map {
            PushPlace(effectiveAt: $0, rank: row[3] ?? 0)
        }
        return ProjectedPush(num: row[0], record: record, text: text, place: place)
    }

    /// Updates the tables from `old` to `record`; inserts the push if `old` is `nil`.
    ///
    /// - Parameter rank: the rank of the event that gave a push of this machine its digest.
    static func put(
        _ record: PushRecord, of rank: Int64?, replacing old: ProjectedPush?, _ db: Database
    ) throws {
        let json = PushJSON(record)
        let fields = try RecordField.all.map { try $0.value(json) }
        let text = try RecordText.text(fields)
        // Records that are equal may differ in the bytes of a text.
        if let old, old.text.utf8.elementsEqual(text.utf8) { return }
        let place =
            if let origin = record.origin {
                PushPlace.imported(record, at: origin.importedAt)
            } else if let place = old?.place, place.rank == rank,
                old?.record.state.manifest?.pushedAt == record.state.manifest?.pushedAt
            {
                // It follows from these two and from the pushes of lesser rank. Looking it up reads all later pushes.
                place
            } else {
                try PushOrder.place(record, of: rank, db)
            }
        let num = try write(values(fields, place), text: text, replacing: old?.num, db)
        if place != old?.place {
            for place in [old?.place, place] { try repair(after: place, isGone: false, db) }
        }
        let entry = SummaryEntry(record)
        let before = old.map { SummaryEntry($0.record) }
        try PushLabels.put(entry, num: num, replacing: before, db)
        try Summaries.put(entry, replacing: before, db)
    }

    /// Removes a push from every table.
    static func remove(_ old: ProjectedPush, _ db: Database) throws {
        let before = SummaryEntry(old.record)
        try PushLabels.remove(before, num: old.num, db)
        try db.execute(sql: "DELETE FROM push WHERE num = ?", arguments: [old.num])
        try repair(after: old.place, isGone: true, db)
        try Summaries.remove(before, db)
    }

    /// Recomputes the effective times of the pushes after `place`; they do not depend on imported pushes.
    private static func repair(after place: PushPlace?, isGone: Bool, _ db: Database) throws {
        guard let place, place.rank > 0 else { return }
        try PushOrder.repair(after: place.rank, isGone: isGone, db)
    }

    private static func write(
        _ values: [DatabaseValue], text: String, replacing num: Int64?, _ db: Database
    ) throws -> Int64 {
        guard let num else { return try insert(values, text: text, db) }
        try execute(updateRow, values + [num.databaseValue], db)
        try execute(updateJSON, [text.databaseValue, num.databaseValue], db)
        return num
    }

    /// What the columns of `push` get, in the order of ``insertRow``.
    ///
    /// - Parameter fields: the values of ``RecordField/all``.
    static func values(
        _ fields: [RecordField.Value], _ place: PushPlace?
    ) -> [DatabaseValue] {
        RecordField.columnIndices.map { fields[$0].databaseValue } + PushPlace.values(place)
    }

    private static func insert(
        _ values: [DatabaseValue], text: String, _ db: Database
    ) throws -> Int64 {
        try execute(insertRow, values, db)
        let num = db.lastInsertedRowID
        try execute(insertJSON, [num.databaseValue, text.databaseValue], db)
        return num
    }

    private static func execute(
        _ sql: String, _ values: [DatabaseValue], _ db: Database
    ) throws {
        try db.cachedStatement(sql: sql).execute(arguments: StatementArguments(values))
    }

    private static let columns = RecordField.columns.map(\.name) + PushPlace.columns

    static let insertRow: String = {
        let names = columns.joined(separator: ", ")
        let marks = Array(repeating: "?", count: columns.count).joined(separator: ", ")
        return "INSERT INTO push (\(names)) VALUES (\(marks))"
    }()
    private static let updateRow: String = {
        let names = columns.map { "\($0) = ?" }.joined(separator: ", ")
        return "UPDATE push SET \(names) WHERE num = ?"
    }()
    static let insertJSON = "INSERT INTO push_json (num, json) VALUES (?, ?)"
    private static let updateJSON = "UPDATE push_json SET json = ? WHERE num = ?"
}

extension RecordField {
    /// The fields that `push` has a column for, under their flat names: all but the version of the JSON.
    static let columns = columnIndices.map { all[$0] }

    fileprivate static let columnIndices = all.indices.filter { all[$0].name != "schema_version" }
}

extension RecordField.Value {
    var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .text(let text): text.databaseValue
        case .integer(let number): number.databaseValue
        case .boolean(let truth): truth.databaseValue
        }
    }
}
