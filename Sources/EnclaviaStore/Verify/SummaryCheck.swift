import EnclaviaCore
import GRDB

/// Compares the summary tables with the pushes that they sum up, which have been compared with the events
/// before. SQLite sorts the pushes, on disk where they are many.
struct SummaryCheck {
    let db: Database

    /// - Parameter differences: gets the first of each table.
    func run(_ differences: inout VerifyDifferences) throws {
        let pushes = try Int.fetchOne(db, sql: "SELECT count(*) FROM push") ?? 0
        let tally = try RawStatement(db, "SELECT name, count FROM tally")
        if try !tally.step() {
            differences.add(
                .projection(table: "tally", key: "pushes", column: "count", field: .missingRow))
        } else if !tally.equals("pushes".databaseValue, 0) {
            differences.add(.projection(table: "tally", key: "pushes", column: "count"))
        } else if !tally.equals(pushes.databaseValue, 1) {
            let field = tally.differingField("count", 1, expected: pushes.databaseValue)
            differences.add(
                .projection(table: "tally", key: "pushes", column: "count", field: field))
        } else if try tally.step() {
            differences.add(.projection(table: "tally", key: tally.text(0), column: nil))
        }
        for table in SummaryTable.all {
            if let difference = try check(table) { differences.add(difference) }
        }
    }

    private func check(_ table: SummaryTable) throws -> VerifyDifference? {
        let columns = table.keys + ["pushes"] + table.newestColumns
        let order = table.keyOrder.joined(separator: ", ")
        let shown = try RawStatement(
            db, "SELECT \(columns.joined(separator: ", ")) FROM \(table.name) ORDER BY \(order)")
        let summed = try RawStatement(db, table.summing)
        while true {
            switch (try shown.step(), try summed.step()) {
            case (false, false):
                return nil
            case (true, false):
                return .projection(
                    table: table.name, key: key(shown, table), column: nil, field: .surplusRow)
            case (false, true):
                return .projection(
                    table: table.name, key: key(summed, table), column: nil, field: .missingRow)
            case (true, true):
                guard key(shown, table) == key(summed, table) else {
                    let key = min(key(shown, table), key(summed, table))
                    return .projection(table: table.name, key: key, column: nil)
                }
                for (index, column) in columns.enumerated()
                where !same(shown, summed, CInt(index)) {
                    let (found, expected) = (
                        shown.valueText(CInt(index)), summed.valueText(CInt(index))
                    )
                    return .projection(
                        table: table.name, key: key(shown, table), column: column,
                        field: DifferingField(column, found: found, expected: expected))
                }
            }
        }
    }

    private func key(_ row: RawStatement, _ table: SummaryTable) -> String {
        table.keys.indices.map { row.text(CInt($0)) }.joined(separator: " ")
    }

    private func same(_ left: RawStatement, _ right: RawStatement, _ column: CInt) -> Bool {
        left.isNull(column) == right.isNull(column)
            && left.bytes(column).elementsEqual(right.bytes(column))
    }
}

extension SummaryTable {
    /// What the table should hold, computed from the pushes, in the order of its primary key.
    ///
    /// Beside a lone `max()`, SQLite takes bare columns from the row that has it
    /// (<https://www.sqlite.org/lang_select.html#bareagg>).
    fileprivate var summing: String {
        let values = zip(keyColumns, keys).map { "\($0) AS \($1)" }.joined(separator: ", ")
        let newest = zip(newestSources, newestColumns).map { "\($0) AS \($1)" }
            .joined(separator: ", ")
        let order = keyOrder.joined(separator: ", ")
        let only = keyColumns.map { "\($0) IS NOT NULL" }.joined(separator: " AND ")
        return """
            SELECT \(keys.joined(separator: ", ")), pushes, \
            \(newestColumns.joined(separator: ", ")) FROM (
                SELECT \(values), count(*) AS pushes, \(newest),
                    max(push.started_at || push.id)
                FROM \(pushes) WHERE \(only) GROUP BY \(order)
            ) ORDER BY \(order)
            """
    }
}
