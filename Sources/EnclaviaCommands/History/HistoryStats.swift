import ArgumentParser
import EnclaviaCore

struct HistoryStats: EnclaviaCommand {
    static let examples = [
        Example("enclavia history stats --since 4w", "count four weeks of pushes"),
        Example("enclavia history stats --repository myapp", "count the pushes of a repository"),
    ]

    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Count pushes by day and repository, with success rates.",
        discussion: examples.help(
            then: """
                Days are in local time. The success rate does not count pushes that are still running; \
                the notification rate does not count pushes that need no notification.
                """))

    static let results = [PublishedSchema("stats", "history stats", StatsJSONSink.jsonSchema)]

    @Option(
        name: .customLong("by"),
        help: ArgumentHelp(
            "Count by this unit only, instead of by day and repository.", valueName: "unit")
    )
    var grouping: StatsGrouping?

    @OptionGroup var filters: HistoryFilterOptions

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let query = try filters.query(context)
        let history = try context.adapters.history()
        let stream = ResultStream(context.console)
        if context.invocation.wantsJSON {
            let sink = StatsJSONSink(stream, grouping)
            return try context.write(stream, finish: sink.finish) {
                try forEachRow(query, of: history, context, sink.put)
            }
        }
        var tally = StatsTally()
        var rows: [StatsRow] = []
        try forEachRow(query, of: history, context) { row in
            tally.add(row)
            if grouping != .repository { rows.append(row) }
        }
        guard tally.total.pushes > 0 else {
            try context.logNoMatch(in: history)
            return .done
        }
        let table = StatsTable(grouping, hasBars: context.console.out.isTerminal)
        let lines = table.lines(rows, tally, for: context.console.out)
        return try context.write(stream, finish: stream.flush) {
            for line in lines {
                stream.write(line)
                try stream.endLine()
            }
        }
    }

    /// Passes the rows to `body` as they are counted: days, with or without repositories, the oldest first;
    /// users, those with the most pushes first.
    private func forEachRow(
        _ query: HistoryQuery, of history: any History, _ context: CommandContext,
        _ body: (StatsRow) throws -> Void
    ) throws {
        if grouping == .user {
            let users = try history.countByUser(query).map(StatsRow.init)
            let sorted = users.sorted {
                ($1.counts.pushes, $0.user ?? "") < ($0.counts.pushes, $1.user ?? "")
            }
            return try sorted.forEach(body)
        }
        let zone = context.zone
        // The counts of a day come one after the other.
        var whole: StatsRow?
        try history.forEachDay(query, day: { zone.civilTime(at: $0).date.description }) { day in
            try Task.checkCancellation()
            let row = StatsRow(day)
            guard grouping == .day else { return try body(row) }
            if whole?.day == row.day {
                whole?.counts.add(row.counts)
            } else {
                if let whole { try body(whole) }
                whole = StatsRow(day: day.day, counts: row.counts)
            }
        }
        if let whole { try body(whole) }
    }
}

extension StatsGrouping: ExpressibleByArgument {}
