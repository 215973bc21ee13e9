import EnclaviaCore
import EnclaviaSystem

/// The columns of a table that are shown, and their widths: of rows that are measured first, so that the rows need
/// not be kept in memory.
struct TableLayout {
    private static let narrowest = 8

    private let columns: [Table.Column]
    private var shown: [Int]
    private var widths: [Int]

    init(_ columns: [Table.Column]) {
        self.columns = columns
        shown = Array(columns.indices)
        widths = columns.map { TerminalText.width($0.title) }
    }

    /// Makes the columns wide enough for a row.
    mutating func measure(_ cells: [Table.Cell]) {
        for index in columns.indices {
            widths[index] = max(widths[index], TerminalText.width(cells[index].text))
        }
    }

    /// Leaves out columns and cuts cells until no line is wider than `width`.
    mutating func fit(into width: Int) {
        while total > width,
            let last = shown.max(by: { columns[$0].expendability < columns[$1].expendability }),
            columns[last].expendability > 0
        {
            shown.removeAll { $0 == last }
        }
        let natural = widths
        shrink(into: width, natural)
        while total > width, shown.count > 1 {
            shown.removeLast()
            shrink(into: width, natural)
        }
        if let only = shown.first, shown.count == 1 { widths[only] = min(widths[only], width) }
    }

    private var total: Int {
        shown.reduce(0) { $0 + widths[$1] } + Table.gap.count * (shown.count - 1)
    }

    private mutating func shrink(into width: Int, _ natural: [Int]) {
        for index in shown where columns[index].canShrink {
            widths[index] = natural[index]
            guard total > width else { continue }
            widths[index] = max(Self.narrowest, widths[index] - (total - width))
        }
    }

    func header(for stream: TerminalCapabilities) -> String {
        line(columns.map { Table.Cell($0.title, .dim) }, for: stream)
    }

    /// The line of a row, whose cells are cut to the widths of the columns.
    func line(_ cells: [Table.Cell], for stream: TerminalCapabilities) -> String {
        var line = ""
        for index in shown {
            let (whole, width) = (cells[index].text, widths[index])
            let text =
                columns[index].isName
                ? CutText.name(whole, to: width) : CutText.end(of: whole, to: width)
            let padding = String(
                repeating: " ", count: max(0, widths[index] - TerminalText.width(text)))
            if columns[index].isNumber { line += padding }
            line += stream.styled(text, cells[index].style)
            if index == shown.last { break }
            line += (columns[index].isNumber ? "" : padding) + Table.gap
        }
        return line
    }
}
