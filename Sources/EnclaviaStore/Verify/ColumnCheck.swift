import EnclaviaCore
import GRDB

/// Holds `push` and `push_label` against `push_json`, which has been compared with the events.
///
/// SQLite takes the fields out of the JSON texts, at a tenth of what decoding them costs; a row that
/// differs so is decoded, and has the last word.
struct ColumnCheck {
    let db: Database

    /// A store of an older version lacks columns, as ``SchemaCheck`` knows.
    ///
    /// - Parameter differences: gets those of all rows.
    func run(_ differences: inout VerifyDifferences) throws {
        let present = try Set(db.columns(in: "push").map(\.name))
        let all = RecordField.columns.filter { present.contains($0.name) }
        let columns = all.map { "push.\($0.name)" }
        let differing = zip(all, columns).map { column, name in
            "\(name) IS NOT json_extract(json, '$.\(column.path.joined(separator: "."))')"
        }
        let suspects = try RawStatement(
            db,
            """
            SELECT json, \(columns.joined(separator: ", ")) FROM push JOIN push_json USING (num)
            WHERE \(differing.joined(separator: " OR "))
            """)
        while try suspects.step() {
            try compare(suspects, all, &differences)
        }
        // The labels are those of the column.
        if differences.isEmpty, let difference = try checkLabels() { differences.add(difference) }
    }

    private func compare(
        _ row: RawStatement, _ columns: [RecordField], _ differences: inout VerifyDifferences
    ) throws {
        let json = try JSONText.decode(PushJSON.self, fromBytes: Array(row.bytes(0)))
        for (index, column) in columns.enumerated() {
            let expected = try column.value(json).databaseValue
            guard !row.equals(expected, CInt(index + 1)) else { continue }
            differences.add(
                .projection(
                    table: "push", key: json.id.text, column: column.name,
                    field: row.differingField(column.name, CInt(index + 1), expected: expected)))
        }
    }

    private func checkLabels() throws -> VerifyDifference? {
        let sql = """
            SELECT push.id || ' ' || given.key || '=' || given.value
            FROM push JOIN json_each(push.labels) AS given
            WHERE push.labels <> '{}' AND NOT EXISTS (
                SELECT 1 FROM push_label WHERE push_label.key = given.key
                    AND push_label.value = given.value
                    AND push_label.started_at = push.started_at AND push_label.num = push.num)
            LIMIT 1
            """
        if let missing = try String.fetchOne(db, sql: sql) {
            return .projection(table: "push_label", key: missing, column: nil)
        }
        let counts = """
            SELECT (SELECT count(*) FROM push_label) = (
                SELECT count(*) FROM push JOIN json_each(push.labels) WHERE labels <> '{}')
            """
        return try Bool.fetchOne(db, sql: counts) == true
            ? nil : .projection(table: "push_label", key: "count", column: nil)
    }
}
