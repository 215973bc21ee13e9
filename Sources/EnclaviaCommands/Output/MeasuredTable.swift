import EnclaviaCore

/// A table whose rows are not held: each is measured first, and printed when all were. Nothing is left out or
/// cut, so it is for streams without a width.
struct MeasuredTable {
    private let columns: [Table.Column]
    private var widths: [Int]

    init(_ columns: [Table.Column]) {
        self.columns = columns
        widths = columns.map { TerminalText.width($0.title) }
    }

    mutating func measure(_ row: [Table.Cell]) {
        for (index, cell) in row.enumerated() {
            widths[index] = max(widths[index], TerminalText.width(cell.text))
        }
    }

    /// - Parameter shown: how many columns are shown.
    func header(_ shown: Int, for stream: StreamTraits) -> String {
        line(Table.header(columns), shown, for: stream)
    }

    /// The line of a row. A row that was not measured may be wider than its columns.
    func line(_ row: [Table.Cell], _ shown: Int, for stream: StreamTraits) -> String {
        let widths = zip(widths, row).map { max($0, TerminalText.width($1.text)) }
        return Table.line(row, Array(0..<shown), widths, stream)
    }
}
