import EnclaviaCore
import GRDB

/// The view `push_v1`: the fields of the record, in their order. It is recreated after a migration, so that later
/// migrations need not spell it.
enum PushView {
    /// Recreates the view for the schema `version`, if it is as an older version made it. `history verify` reports
    /// a view that somebody else has changed.
    static func renew(_ version: Int, _ db: Database) throws {
        let isOurs = try Bool.fetchOne(
            db,
            SQLRequest(
                literal: """
                    SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'view'
                        AND name = 'push_v1' AND sql IN \((1...version).map(text)))
                    """))
        guard isOurs == true else { return }
        try db.execute(sql: "DROP VIEW push_v1")
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
