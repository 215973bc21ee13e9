import EnclaviaCore
import EnclaviaSystem

/// Prints counts as a table: each row, then a total of each repository, and of all. On a terminal bars compare them,
/// the totals with one another. It keeps no row of a day in memory.
final class StatsTable {
    private static let barLength = 20

    private let stream: ResultStream
    private let grouping: StatsGrouping?
    private let hasBars: Bool
    private var tally = StatsTally()
    private var users = TableLayout([])
    private var layout: TableLayout?

    init(_ stream: ResultStream, _ grouping: StatsGrouping?) {
        self.stream = stream
        self.grouping = grouping
        hasBars = stream.isTerminal
        users = TableLayout(columns)
    }

    /// Whether no push was counted.
    var isEmpty: Bool { tally.total.pushes == 0 }

    /// Counts a row, before the first is printed.
    func measure(_ row: StatsRow) {
        tally.add(row)
        if grouping == .user { users.measure(cells(of: row)) }
    }

    func put(_ row: StatsRow) throws {
        try put(cells(of: row))
    }

    /// Prints what follows the rows.
    func putTotals() throws {
        guard !isEmpty else { return }
        let repositories = tally.repositories
        let most = repositories.first?.counts.pushes ?? 0
        if layout == nil { try begin() }
        if grouping == nil { try end(line: "") }
        if hasTotals(repositories.count) {
            for row in repositories { try put(cells(totalLabels(row), row.counts, most: most)) }
        }
        try put(allCells)
    }

    private func hasTotals(_ repositories: Int) -> Bool {
        grouping == .repository || (grouping == nil && repositories > 1)
    }

    /// Measures the columns, and prints the header.
    ///
    /// The rows of days need not be measured: no row has more pushes than `largest`, all days are equally wide, and
    /// each name is that of a total.
    private func begin() throws {
        var layout = users
        if let largest = tally.largest { layout.measure(cells(of: largest)) }
        if grouping == nil || grouping == .repository {
            for row in tally.repositories {
                layout.measure(cells(totalLabels(row), row.counts, most: nil))
            }
        }
        layout.measure(allCells)
        layout.fit(into: stream.capabilities.columns)
        self.layout = layout
        try end(line: layout.header(for: stream.capabilities))
    }

    private func put(_ cells: [Table.Cell]) throws {
        if layout == nil { try begin() }
        try end(line: layout?.line(cells, for: stream.capabilities) ?? "")
    }

    private func end(line: String) throws {
        stream.write(line)
        try stream.endLine()
    }

    private var allCells: [Table.Cell] {
        cells(grouping == nil ? ["total", "all"] : ["total"], tally.total, most: nil)
    }

    private func cells(of row: StatsRow) -> [Table.Cell] {
        cells(labels(row), row.counts, most: tally.largest?.counts.pushes)
    }

    private var columns: [Table.Column] {
        let subject: [Table.Column] =
            switch grouping {
            case nil: [Table.Column("DAY"), Table.Column("REPOSITORY", canShrink: true)]
            case .day: [Table.Column("DAY")]
            case .repository: [Table.Column("REPOSITORY", canShrink: true)]
            case .user: [Table.Column("USER", canShrink: true)]
            }
        return subject + [Table.Column("PUSHES", isNumber: true)]
            + (hasBars ? [Table.Column("", expendability: 3)] : [])
            + [
                Table.Column("SUCCEEDED", expendability: 1, isNumber: true),
                Table.Column("TOLD", expendability: 2, isNumber: true),
            ]
    }

    private func labels(_ row: StatsRow) -> [String] {
        switch grouping {
        case nil: [row.day ?? "-", row.name ?? "-"]
        case .day: [row.day ?? "-"]
        case .repository: [row.name ?? "-"]
        case .user: [row.user ?? "-"]
        }
    }

    private func totalLabels(_ row: StatsRow) -> [String] {
        grouping == nil ? ["total", row.name ?? "-"] : labels(row)
    }

    /// - Parameter most: the pushes of the longest bar; `nil` for no bar.
    private func cells(_ labels: [String], _ counts: PushCounts, most: Int?) -> [Table.Cell] {
        let isWhole = counts.successRate.map { $0 >= 1 } ?? true
        let bar = Table.Cell(most.map { Self.bar(counts.pushes, $0) } ?? "", .blue)
        return labels.map { Table.Cell($0) } + [Table.Cell(String(counts.pushes))]
            + (hasBars ? [bar] : [])
            + [
                Table.Cell(percent(counts.successRate), isWhole ? .green : .yellow),
                Table.Cell(percent(counts.notifyRate)),
            ]
    }

    /// A bar in eighths of a cell, the longest for the most pushes.
    private static func bar(_ pushes: Int, _ most: Int) -> String {
        let eighths = max(1, pushes * barLength * 8 / max(1, most))
        let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        return String(repeating: "█", count: eighths / 8) + rest[eighths % 8]
    }

    private func percent(_ rate: Double?) -> String {
        guard let rate else { return "-" }
        // Rounded down, so that 100% means all.
        return rate < 1 ? "\(Int((rate * 100).rounded(.down)))%" : "100%"
    }
}
