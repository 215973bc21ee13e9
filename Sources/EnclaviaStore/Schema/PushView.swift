import EnclaviaCore
import GRDB

/// The view `push_v1`: the fields of the record, in their order. It is made anew whenever the schema changes, so
/// that no migration has to spell it.
enum PushView {
    /// Makes it as a schema of `version` has it.
    static func make(_ version: Int, _ db: Database) throws {
        try db.execute(sql: "DROP VIEW IF EXISTS push_v1")
        try db.execute(sql: text(version))
    }

    /// In lines of 88 characters, as the first versions' migrations spelled it: `history verify` compares the text.
    static func text(_ version: Int) -> String {
        let columns = RecordField.all.filter { $0.since <= version }.map { field in
            field.name == "schema_version"
                ? "\(PushJSON.schemaVersion) AS schema_version" : field.name
        }
        var lines = ["CREATE VIEW push_v1 AS SELECT"]
        var line = "   "
        for column in columns.dropLast().map({ $0 + "," }) + columns.suffix(1) {
            if line.utf8.count + 1 + column.utf8.count > 88 {
                lines.append(line)
                line = "   "
            }
            line += " " + column
        }
        return (lines + [line, "FROM push"]).joined(separator: "\n")
    }
}
