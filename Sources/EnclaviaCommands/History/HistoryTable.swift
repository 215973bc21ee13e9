import EnclaviaCore
import EnclaviaSystem

/// The history's table for people: which columns it has, and how wide they are.
struct HistoryTable {
    private let isWhole: Bool
    private let lengths: HistoryLengths
    private var columns: [HistoryColumn]
    private var widths: HistoryColumnValues<Int>
    /// Whether the result shows the digest that the tag moved from.
    private var isResultLong = false
    private let isMoves: Bool
    /// Whether references are shown with their registry, since rows are from several.
    private let showsRegistry: Bool

    /// The columns to leave out, in this order, where even the narrowest columns do not fit.
    private static let order: [HistoryColumn] = [
        .host, .commit, .digest, .from, .who, .backend, .push, .when, .result,
    ]
    /// The columns to narrow, in this order, and to how many cells; a digest keeps the digits that distinguish
    /// it.
    private static let steps: [(columns: [HistoryColumn], least: Int)] = [
        ([.from, .digest], 0), ([.host], 12), ([.who], 12), ([.host], 6), ([.reference], 20),
        ([.who], 6), ([.reference], leastReference),
    ]
    private static let leastReference = 11
    /// The least width of the REASON column, in cells.
    private static let leastReason = 10
    private static let gap = Table.gap.count

    /// - Parameters:
    ///   - isMoves: whether the rows are moves of tags, whose previous digest has a column.
    ///   - room: the columns of the terminal; without effect where nothing is to be cut.
    init(_ measured: HistoryMeasure, isMoves: Bool, room: Int) {
        let needs = measured.needs()
        isWhole = measured.isWhole
        lengths = needs.lengths
        widths = needs.widths
        showsRegistry = measured.needsRegistry
        self.isMoves = isMoves
        columns = [.when, .reference, .result, .digest, .backend, .commit, .who, .push]
        if isMoves, let place = columns.firstIndex(of: .digest) {
            columns.insert(.from, at: place)
        }
        if measured.needsHost, let place = columns.firstIndex(of: .push) {
            columns.insert(.host, at: place)
        }
        if !isWhole { fit(into: room, needs, measured) }
        fill(isWhole ? .max : room, needs, measured)
    }

    /// Leaves out columns, and makes others narrower.
    private mutating func fit(
        into room: Int, _ needs: HistoryNeeds, _ measured: HistoryMeasure
    ) {
        // FROM shows the result already.
        if isMoves, measured.areMoves, total > room { columns.removeAll { $0 == .result } }
        let natural = widths
        func least(_ column: HistoryColumn, _ cells: Int) -> Int {
            let isDigest = column == .digest || column == .from
            return min(natural[column], isDigest ? needs.leastDigest : cells)
        }
        for step in Self.steps {
            for column in step.columns { widths[column] = least(column, step.least) }
        }
        for column in Self.order where total > room { columns.removeAll { $0 == column } }
        widths = natural
        for step in Self.steps {
            let shown = step.columns.filter(columns.contains)
            let excess = total - room
            guard excess > 0, !shown.isEmpty else { continue }
            for column in shown {
                widths[column] = max(
                    least(column, step.least),
                    widths[column] - (excess + shown.count - 1) / shown.count)
            }
        }
        if columns.count == 1 { widths[columns[0]] = min(widths[columns[0]], room) }
    }

    /// Gives the remaining room to long results, failure reasons and the REASON column.
    private mutating func fill(_ room: Int, _ needs: HistoryNeeds, _ measured: HistoryMeasure) {
        let more = needs.longResult - widths[.result]
        if !isMoves, measured.longResult > 0, columns.contains(.result), more <= room - total {
            isResultLong = true
            widths[.result] += max(0, more)
        }
        if let place = columns.firstIndex(of: .digest) {
            let wanted = max(
                measured.failure - widths[.digest],
                measured.spanningFailure - spanWidth(from: place))
            widths[.digest] += max(0, min(wanted, room - total))
        }
        if measured.hasReasons, room - total >= Self.gap + Self.leastReason {
            widths[.reason] = min(widths[.reason], room - total - Self.gap)
            columns.append(.reason)
        }
    }

    private var total: Int {
        columns.reduce(0) { $0 + widths[$1] } + Self.gap * (columns.count - 1)
    }

    /// The width of the column at `place` and, where BACKEND is next, of that, too.
    private func spanWidth(from place: Int) -> Int {
        let isNext = place + 1 < columns.count && columns[place + 1] == .backend
        return widths[columns[place]] + (isNext ? Self.gap + widths[.backend] : 0)
    }

    func header(for stream: TerminalCapabilities) -> String {
        line(for: stream) { place in
            let column = columns[place]
            let title = column == .digest && isMoves ? "TO" : column.title
            let width = widths[column]
            return Cell(CutText.end(of: title, to: width), .dim, width)
        }
    }

    /// The line of a row. A row that was not measured may be cut shorter.
    func line(_ row: HistoryRow, for stream: TerminalCapabilities) -> String {
        let failure = row.failure(isWhole: isWhole)
        return line(for: stream) { place in
            let column = columns[place]
            if column == .result, failure == nil, row.endedWithoutDigest {
                return ending(of: row, from: place)
            }
            guard column == .digest, let failure else { return cell(column, row) }
            let isSpanning =
                row.wasNotNotified && place + 1 < columns.count
                && columns[place + 1] == .backend
            let width = isSpanning ? spanWidth(from: place) : widths[column]
            return Cell(
                isWhole ? failure : CutText.end(of: failure, to: width), nil, width,
                places: isSpanning ? 2 : 1)
        }
    }

    /// How a push without a digest ended, such as `interrupted`; the cell spans the next column where that is a
    /// digest's.
    private func ending(of row: HistoryRow, from place: Int) -> Cell {
        let next = place + 1 < columns.count ? columns[place + 1] : nil
        let isSpanning = next == .digest || next == .from
        let room = widths[.result] + (isSpanning ? Self.gap + widths[next ?? .digest] : 0)
        return Cell(
            CutText.end(of: row.summary.result, to: room), row.summary.resultStyle, room,
            places: isSpanning ? 2 : 1)
    }

    private func cell(_ column: HistoryColumn, _ row: HistoryRow) -> Cell {
        let width = widths[column]
        let text =
            switch column {
            case .result where isResultLong: row.longResult(lengths, isWhole: isWhole)
            case .reference where showsRegistry: row.fullReference
            default: row.text(column, lengths, isWhole: isWhole)
            }
        let shown =
            if isWhole {
                text
            } else if column.hasDigits {
                CutText.beginning(of: text, to: width)
            } else if column == .reference {
                CutText.name(text, to: width)
            } else {
                CutText.end(of: text, to: width)
            }
        return Cell(shown, row.style(column), width)
    }

    /// A text, its width in cells, and the number of columns that it spans.
    private struct Cell {
        let text: String
        let style: Style?
        let width: Int
        let places: Int

        init(_ text: String, _ style: Style?, _ width: Int, places: Int = 1) {
            self.text = text
            self.style = style
            self.width = width
            self.places = places
        }
    }

    private func line(for stream: TerminalCapabilities, _ cell: (_ place: Int) -> Cell) -> String {
        var line = ""
        var place = 0
        while place < columns.count {
            let cell = cell(place)
            line += stream.styled(cell.text, cell.style)
            place += cell.places
            guard place < columns.count else { break }
            let padding = max(0, cell.width - TerminalText.width(cell.text))
            line += String(repeating: " ", count: padding + Self.gap)
        }
        return line
    }
}
