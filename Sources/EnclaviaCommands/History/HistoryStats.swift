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

    @OptionGroup var source: HistorySourceOptions

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let query = try filters.query(context)
        let remote = try source.pushes(context)
        let counting =
            try await remote?.statistics(of: query, by: remoteGrouping)
            ?? context.adapters.history()
        let stream = ResultStream(context.console)
        if context.invocation.wantsJSON {
            let sink = StatsJSONSink(stream, grouping)
            let status = try await context.write(stream, finish: sink.finish) {
                try forEachRow(query, of: counting, context, [sink.put])
            }
            return remote?.finish(status) ?? status
        }
        let table = StatsTable(stream, grouping)
        let status = try await context.write(stream, finish: stream.flush) {
            try forEachRow(
                query, of: counting, context,
                grouping == .repository ? [table.measure] : [table.measure, table.put])
            try table.putTotals()
        }
        if table.isEmpty {
            try context.logNoMatch(in: remote == nil ? context.adapters.history() : nil)
        }
        return remote?.finish(status) ?? status
    }

    private var remoteGrouping: RemoteGrouping {
        switch grouping {
        case .user: .user
        case .day: .quarter
        case .repository, nil: .quarterAndRepository
        }
    }

    /// Passes the rows to each of `passes` as they are counted: days, with or without repositories, the oldest
    /// first; users, those with the most pushes first.
    private func forEachRow(
        _ query: HistoryQuery, of history: any PushCounting, _ context: CommandContext,
        _ passes: [(StatsRow) throws -> Void]
    ) throws {
        if grouping == .user {
            let users = try history.countByUser(query).map(StatsRow.init)
            let sorted = users.sorted {
                ($1.counts.pushes, $0.user ?? "") < ($0.counts.pushes, $1.user ?? "")
            }
            return try passes.forEach { try sorted.forEach($0) }
        }
        let zone = context.zone
        let days = passes.map { pass in
            { (day: DayStatistics) in
                try Task.checkCancellation()
                try pass(StatsRow(day))
            }
        }
        try history.forEachDay(
            query, isByRepository: grouping != .day,
            day: { zone.civilTime(at: $0).date.description }, days)
    }
}

extension StatsGrouping: ExpressibleByArgument {}
