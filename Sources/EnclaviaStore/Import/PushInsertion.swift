import EnclaviaCore
import GRDB

/// A record of an import with everything that is needed to write it, prepared off the writing thread.
struct PreparedRecord: Sendable {
    let id: PushID
    let revision: Int
    /// The JSON text of the record, with its origin, as the store keeps it.
    let text: String
    /// What the columns of `push` get, in their order.
    let values: [DatabaseValue]
    let entry: SummaryEntry

    /// - Throws: `EncodingError`.
    init(_ record: PushRecord, importedAt: Timestamp) throws {
        var record = record
        record.origin = Origin(importedAt: importedAt, host: record.context.host)
        try self.init(record, at: .imported(record, at: importedAt))
    }

    /// A record with its own origin, or none.
    ///
    /// - Throws: `EncodingError`.
    init(_ record: PushRecord, at place: PushPlace?) throws {
        id = record.id
        revision = record.revision
        let json = PushJSON(record)
        let fields = try RecordField.all.map { try $0.value(json) }
        text = try RecordText.text(fields)
        values = PushProjection.values(fields, place)
        entry = SummaryEntry(record)
    }

    /// The record, with its origin; few are needed once they are prepared.
    func record() throws -> PushRecord {
        try JSONText.decode(PushJSON.self, from: text).record()
    }
}

/// Inserts new pushes into `push`, `push_json` and `push_label`, but not into the summary tables. Its statements
/// are prepared once, for a million pushes.
struct PushInsertion {
    private let db: Database
    private let row: RawStatement
    private let json: RawStatement
    private let label: RawStatement

    /// - Throws: `DatabaseError`.
    init(_ db: Database) throws {
        self.db = db
        row = try RawStatement(db, PushProjection.insertRow)
        json = try RawStatement(db, PushProjection.insertJSON)
        label = try RawStatement(db, PushLabels.insertRow)
    }

    func add(_ push: PreparedRecord) throws {
        for (index, value) in push.values.enumerated() { row.bind(value, at: CInt(index + 1)) }
        try row.run()
        let num = db.lastInsertedRowID
        json.bind(num, at: 1)
        json.bind(push.text, at: 2)
        try json.run()
        for (key, value) in push.entry.labels {
            label.bind(key, at: 1)
            label.bind(value.text, at: 2)
            label.bind(push.entry.startedAt, at: 3)
            label.bind(num, at: 4)
            try label.run()
        }
    }
}
