import EnclaviaCore
import GRDB

/// Compares `push` and `push_label` with `push_json`, which ``PushReplay`` compares with the events.
///
/// Assumes nothing about a text: that of a push whose events are gone or damaged has not been compared with
/// anything.
struct ColumnCheck {
    private let db: Database
    private let columns: [RecordField]

    /// A store of an older version lacks columns, which ``SchemaCheck`` allows.
    init(db: Database) throws {
        self.db = db
        let present = try Set(db.columns(in: "push").map(\.name))
        columns = RecordField.columns.filter { present.contains($0.name) }
    }

    /// - Parameter differences: gets those of all rows.
    func run(_ differences: inout VerifyDifferences) throws {
        let suspects = try RawStatement(db, suspects)
        while try suspects.step() {
            for difference in try compare(suspects) { differences.add(difference) }
        }
        // Without differences, the column `labels` is correct.
        if differences.isEmpty, let difference = try checkLabels() { differences.add(difference) }
    }

    /// The statement of ``run(_:)`` for one push, whose id is its first argument.
    func ofOnePush() throws -> RawStatement {
        try RawStatement(db, suspects + " AND push.id = ?")
    }

    /// The rows that may differ. SQLite extracts the fields from the JSON texts, at a tenth of the cost of decoding
    /// them. A text that is not JSON would abort the query.
    private var suspects: String {
        let names = columns.map { "push.\($0.name)" }
        let differing = zip(columns, names).map { column, name in
            "\(name) IS NOT json_extract(json, '$.\(column.path.joined(separator: "."))')"
        }
        return """
            SELECT json, push.id, \(names.joined(separator: ", "))
            FROM push JOIN push_json USING (num)
            WHERE CASE WHEN json_valid(json) THEN \(differing.joined(separator: " OR "))
                ELSE TRUE END
            """
    }

    /// The differences of a row of ``suspects``, by its decoded JSON text, which decides.
    func compare(_ row: RawStatement) throws -> [VerifyDifference] {
        let id = row.text(1)
        let json: PushJSON
        do {
            json = try JSONText.decode(PushJSON.self, fromBytes: Array(row.bytes(0)))
        } catch {
            return [.projection(table: "push_json", key: id, column: "json")]
        }
        return try zip(columns, CInt(2)...).compactMap { column, index -> VerifyDifference? in
            let expected = try column.value(json).databaseValue
            guard !row.equals(expected, index) else { return nil }
            return .projection(
                table: "push", key: id, column: column.name,
                field: row.differingField(column.name, index, expected: expected))
        }
    }

    /// The labels of a push; none for a text that is not JSON, which would abort the query.
    private static let labels = "iif(json_valid(push.labels), push.labels, '{}')"

    private func checkLabels() throws -> VerifyDifference? {
        let sql = """
            SELECT push.id || ' ' || given.key || '=' || given.value
            FROM push JOIN json_each(\(Self.labels)) AS given
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
                SELECT count(*) FROM push JOIN json_each(\(Self.labels)) WHERE labels <> '{}')
            """
        return try Bool.fetchOne(db, sql: counts) == true
            ? nil : .projection(table: "push_label", key: "count", column: nil)
    }
}
