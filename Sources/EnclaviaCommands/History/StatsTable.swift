import EnclaviaCore
import EnclaviaSystem

/// Counts as a table: each row, then a total of each repository, and of all. On a terminal bars compare them, the
/// totals with one another.
struct StatsTable {
    private static let barLength = 20

    private let grouping: StatsGrouping?
    private let hasBars: Bool

    init(_ grouping: StatsGrouping?, hasBars: Bool) {
        self.grouping = grouping
        self.hasBars = hasBars
    }

    /// - Parameter rows: as they were counted; empty for repositories, whose counts are in `tally`.
    func lines(_ rows: [StatsRow], _ tally: StatsTally, for stream: TerminalCapabilities)
        -> [String]
    {
        let most = rows.map(\.counts.pushes).max() ?? 0
        let repositories = tally.repositories
        let mostOfTotals = repositories.map(\.counts.pushes).max() ?? 0
        let hasTotals = grouping == .repository || (grouping == nil && repositories.count > 1)
        let counted = rows.map { cells(labels($0), $0.counts, most: most) }
        let totals = (hasTotals ? repositories : []).map {
            cells(totalLabels($0), $0.counts, most: mostOfTotals)
        }
        let all = cells(grouping == nil ? ["total", "all"] : ["total"], tally.total, most: nil)
        let table = Table(columns: columns, rows: counted + totals + [all])
        var lines = table.lines(for: stream, width: stream.columns)
        if grouping == nil { lines.insert("", at: rows.count + 1) }
        return lines
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
