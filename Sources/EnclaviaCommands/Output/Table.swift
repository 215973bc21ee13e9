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

    let columns: [Column]
    let rows: [[Cell]]

    /// The lines of the table; nothing is left out or cut where `stream` has no width.
    func lines(for stream: TerminalCapabilities) -> [String] {
        lines(for: stream, width: stream.width)
    }

    /// The lines of the table, none of them wider than `width`.
    func lines(for stream: TerminalCapabilities, width: Int?) -> [String] {
        var layout = TableLayout(columns)
        rows.forEach { layout.measure($0) }
        if let width { layout.fit(into: width) }
        return [layout.header(for: stream)] + rows.map { layout.line($0, for: stream) }
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
