import EnclaviaCore
import GRDB

/// A record of an import with all that is needed to write it, made away from the thread that writes.
struct PreparedRecord: Sendable {
    /// The record, with its origin.
    let record: PushRecord
    /// Its JSON text, as the store keeps it.
    let text: String
    /// What the columns of `push` get, in their order.
    let values: [DatabaseValue]
    let entry: SummaryEntry

    /// - Throws: `EncodingError`.
    init(_ record: PushRecord, importedAt: Timestamp) throws {
        var record = record
        record.origin = Origin(importedAt: importedAt, host: record.context.host)
        self.record = record
        let json = PushJSON(record)
        text = try JSONText.encode(json)
        values = try PushProjection.values(json, .imported(record, at: importedAt))
        entry = SummaryEntry(record)
    }
}
