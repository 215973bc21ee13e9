import GRDB

/// Values of a filter as a table, whose columns are `column1`, `column2` and so on: of conditions that are joined by
/// OR, SQLite takes a thousand (SQLITE_MAX_EXPR_DEPTH), of rows as many as there are parameters.
///
/// Source: <https://www.sqlite.org/lang_select.html#the_values_clause>, <https://www.sqlite.org/limits.html>.
enum ValueTable {
    /// - Parameter rows: at least one; all of the same length.
    static func of(_ rows: [[String?]]) -> SQL {
        let texts = rows.map { row -> SQL in
            let values = row.map { value -> SQL in value.map { "\($0)" } ?? "NULL" }
            return "(\(values.joined(separator: ", ")))"
        }
        return "(VALUES \(texts.joined(separator: ", ")))"
    }

    static func of(_ values: [String]) -> SQL { of(values.map { [$0] }) }
}
