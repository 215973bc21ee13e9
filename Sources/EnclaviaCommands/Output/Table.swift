import EnclaviaCore
import EnclaviaSystem

/// A table for people: columns as wide as their cells, fitted to the terminal it is on.
///
/// Written here rather than taken from a package, because it measures terminal cells (wide characters, colours)
/// and adapts to narrow terminals, which the available package does not.
struct Table {
    struct Column {
        let title: String
        /// The column with the highest number is left out first where the terminal is too narrow; those with 0
        /// only where cutting cells is not enough.
        let expendability: Int
        /// Whether its cells may be cut, with an ellipsis, where leaving out columns is not enough.
        let canShrink: Bool
        /// Whether its cells are aligned to the right, as numbers are.
        let isNumber: Bool
        /// Whether its cells are images' names, which keep their tag when they are cut.
        let isName: Bool

        init(
            _ title: String, expendability: Int = 0, canShrink: Bool = false,
            isNumber: Bool = false, isName: Bool = false
        ) {
            self.isName = isName
            self.title = title
            self.expendability = expendability
            self.canShrink = canShrink
            self.isNumber = isNumber
        }
    }

    struct Cell {
        let text: String
        let style: Style?

        init(_ text: String, _ style: Style? = nil) {
            self.text = TerminalText.escape(text)
            self.style = style
        }
    }

    static let gap = "  "
    private static let narrowest = 8

    let columns: [Column]
    let rows: [[Cell]]

    /// The lines of the table; nothing is left out or cut where `stream` has no width.
    func lines(for stream: TerminalCapabilities) -> [String] {
        lines(for: stream, width: stream.width)
    }

    /// The lines of the table, none of them wider than `width`.
    func lines(for stream: TerminalCapabilities, width: Int?) -> [String] {
        var shown = Array(columns.indices)
        var widths = columns.indices.map { index in
            rows.reduce(TerminalText.width(columns[index].title)) { widest, row in
                max(widest, TerminalText.width(row[index].text))
            }
        }
        if let width { fit(&shown, &widths, into: width) }
        let header = columns.map { Cell($0.title, .dim) }
        return ([header] + rows).map { line($0, shown, widths, stream) }
    }

    private func fit(_ shown: inout [Int], _ widths: inout [Int], into width: Int) {
        func total() -> Int {
            shown.reduce(0) { $0 + widths[$1] } + Self.gap.count * (shown.count - 1)
        }
        while total() > width,
            let last = shown.max(by: { columns[$0].expendability < columns[$1].expendability }),
            columns[last].expendability > 0
        {
            shown.removeAll { $0 == last }
        }
        let natural = widths
        func shrink() {
            for index in shown where columns[index].canShrink {
                widths[index] = natural[index]
                guard total() > width else { continue }
                widths[index] = max(Self.narrowest, widths[index] - (total() - width))
            }
        }
        shrink()
        while total() > width, shown.count > 1 {
            shown.removeLast()
            shrink()
        }
        if let only = shown.first, shown.count == 1 { widths[only] = min(widths[only], width) }
    }

    /// The line of a row: the cells of `shown`, cut to their `widths`.
    private func line(
        _ cells: [Cell], _ shown: [Int], _ widths: [Int], _ stream: TerminalCapabilities
    ) -> String {
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
            line += (columns[index].isNumber ? "" : padding) + Self.gap
        }
        return line
    }
}

extension Table.Cell {
    /// The end of a push's id, by which commands find it.
    init(idOf push: PushRecord) {
        self.init(String(push.id.text.suffix(8)), .dim)
    }

    /// `owner/repo:tag`, or the destination as it was typed where that is not known.
    init(nameOf push: PushRecord) {
        self.init(push.reference.map { "\($0.path):\($0.tag)" } ?? push.destination)
    }
}

extension Console {
    func result(_ table: Table) throws(ConsoleError) {
        for line in table.lines(for: out) { try result(line) }
    }
}
