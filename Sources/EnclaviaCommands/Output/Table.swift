import EnclaviaCore
import EnclaviaSystem

/// A table for people: columns as wide as their cells, fitted to the terminal it is on.
///
/// Written here rather than taken from a package, because it measures terminal cells (wide
/// characters, colours) and gives way to narrow terminals, which the package at hand does not.
struct Table {
    struct Column {
        let title: String
        /// Columns with the highest number leave first where the terminal is too narrow; 0 stays.
        let expendability: Int
        /// Whether its cells may be cut, with an ellipsis, where leaving out columns is not enough.
        let canShrink: Bool

        init(_ title: String, expendability: Int = 0, canShrink: Bool = false) {
            self.title = title
            self.expendability = expendability
            self.canShrink = canShrink
        }
    }

    struct Cell {
        let text: String
        let paint: Paint?

        init(_ text: String, _ paint: Paint? = nil) {
            self.text = TerminalText.escape(text)
            self.paint = paint
        }
    }

    private static let gap = "  "
    private static let narrowest = 8

    let columns: [Column]
    let rows: [[Cell]]

    /// The lines of the table; nothing is left out or cut where `stream` has no width.
    func lines(for stream: StreamTraits) -> [String] {
        var shown = Array(columns.indices)
        var widths = columns.indices.map { index in
            rows.reduce(TerminalText.width(columns[index].title)) { widest, row in
                max(widest, TerminalText.width(row[index].text))
            }
        }
        if let width = stream.width { fit(&shown, &widths, into: width) }
        return ([Self.header(columns)] + rows).map { Self.line($0, shown, widths, stream) }
    }

    static func header(_ columns: [Column]) -> [Cell] {
        columns.map { Cell($0.title, .dim) }
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

    /// A row's line: of the cells those of `shown`, cut to their `widths`.
    static func line(
        _ cells: [Cell], _ shown: [Int], _ widths: [Int], _ stream: StreamTraits
    ) -> String {
        var line = ""
        for index in shown {
            let text = cut(cells[index].text, to: widths[index])
            line += stream.paint(text, cells[index].paint)
            if index == shown.last { break }
            let padding = max(0, widths[index] - TerminalText.width(text))
            line += String(repeating: " ", count: padding) + gap
        }
        return line
    }

    private static func cut(_ text: String, to width: Int) -> String {
        guard TerminalText.width(text) > width else { return text }
        var kept = ""
        var used = 0
        for character in text {
            let more = TerminalText.width(String(character))
            guard used + more <= width - 1 else { break }
            kept.append(character)
            used += more
        }
        return kept + "…"
    }
}

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

extension Table.Cell {
    /// The end of a push's id, by which a person can name it.
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
