import ArgumentParser
import EnclaviaCore

struct HistoryStats: EnclaviaCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Count pushes by day and repository, with their rates of success.",
        discussion: """
            Days are local ones. The rate of success leaves out pushes that still run; the rate of \
            notification leaves out those that were not to be notified of.
            """)

    static let results = [PublishedSchema("stats", "history stats", StatsJSONSink.jsonSchema)]

    @OptionGroup var filters: HistoryFilterOptions

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let query = try filters.query(context)
        let zone = context.zone
        let history = try context.adapters.history()
        func forEachDay(_ body: (DayStatistics) throws -> Void) throws {
            try history.forEachDay(query, day: { zone.civilTime(at: $0).date.description }) { day in
                try Task.checkCancellation()
                try body(day)
            }
        }
        let stream = ResultStream(context.console)
        if context.invocation.wantsJSON {
            let sink = StatsJSONSink(stream)
            return try context.write(stream, finish: sink.finish) { try forEachDay(sink.put) }
        }
        var days: [DayStatistics] = []
        try forEachDay { days.append($0) }
        let table = StatsTable(hasBars: context.console.out.isTerminal).table(days)
        return try context.write(stream, finish: stream.flush) {
            for line in table.lines(for: context.console.out) {
                stream.write(line)
                try stream.endLine()
            }
        }
    }
}

/// How many pushes ended how.
struct PushCounts: Equatable {
    var outcomes: [PushOutcome: Int] = [:]
    var notifications: [NotifyOutcome: Int] = [:]

    init() {}

    init(_ day: DayStatistics) {
        outcomes = day.outcomes
        notifications = day.notifications
    }

    mutating func add(_ day: DayStatistics) {
        outcomes.merge(day.outcomes, uniquingKeysWith: +)
        notifications.merge(day.notifications, uniquingKeysWith: +)
    }

    var pushes: Int { outcomes.values.reduce(0, +) }

    /// Of the pushes that ended, the part that succeeded; `nil` where none has ended.
    var successRate: Double? {
        rate(outcomes[.succeeded] ?? 0, of: pushes - (outcomes[.running] ?? 0))
    }

    /// Of the pushes that were to be notified of, the part that the backend heard of; `nil` for none.
    var notifyRate: Double? {
        let wanted = notifications.values.reduce(0, +) - (notifications[.skipped] ?? 0)
        return rate(notifications[.delivered] ?? 0, of: wanted)
    }

    /// To four decimal places, so that equal rates have equal texts.
    private func rate(_ part: Int, of whole: Int) -> Double? {
        whole > 0 ? (Double(part) / Double(whole) * 10_000).rounded() / 10_000 : nil
    }
}

/// Counts as a table, with bars on a terminal.
struct StatsTable {
    private static let barLength = 20

    let hasBars: Bool

    func table(_ days: [DayStatistics]) -> Table {
        let most = days.map(\.pushes).max() ?? 0
        let bar = hasBars ? [Table.Column("", expendability: 3)] : []
        return Table(
            columns: [Table.Column("DAY"), Table.Column("REPOSITORY", canShrink: true)]
                + [Table.Column("PUSHES")] + bar
                + [
                    Table.Column("SUCCEEDED", expendability: 1),
                    Table.Column("NOTIFIED", expendability: 2),
                ],
            rows: days.map { row($0, most: most) })
    }

    private func row(_ day: DayStatistics, most: Int) -> [Table.Cell] {
        let counts = PushCounts(day)
        let name = day.repository.map { "\(day.owner ?? "")/\($0)" }
        let isWhole = counts.successRate.map { $0 >= 1 } ?? true
        return [Table.Cell(day.day), Table.Cell(name ?? "-"), Table.Cell(String(day.pushes))]
            + (hasBars ? [Table.Cell(bar(day.pushes, most), .blue)] : [])
            + [
                Table.Cell(percent(counts.successRate), isWhole ? .green : .yellow),
                Table.Cell(percent(counts.notifyRate)),
            ]
    }

    /// A bar in eighths of a cell, the longest for the most pushes.
    private func bar(_ pushes: Int, _ most: Int) -> String {
        let eighths = max(1, pushes * Self.barLength * 8 / max(1, most))
        let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        return String(repeating: "█", count: eighths / 8) + rest[eighths % 8]
    }

    private func percent(_ rate: Double?) -> String {
        guard let rate else { return "-" }
        // What is not all is never shown as all.
        return rate < 1 ? "\(Int((rate * 100).rounded(.down)))%" : "100%"
    }
}
