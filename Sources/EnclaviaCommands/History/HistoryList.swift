import ArgumentParser
import EnclaviaCore

/// The `history` command group; `list` is its default subcommand.
struct HistoryGroup: DocumentedCommand {
    static let examples = [
        Example("enclavia history", "list the newest pushes"),
        Example("enclavia history 'myapp:v*' --since 7d", "list a week of matching pushes"),
        Example("enclavia history at myapp:prod yesterday", "print what it pointed at yesterday"),
    ]

    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "List and query past pushes.",
        usage: "enclavia history [<glob>] [<options>]\nenclavia history <subcommand>",
        discussion: examples.help(then: HistoryList.filterRules),
        subcommands: [
            HistoryList.self, HistoryShow.self, HistoryAt.self, HistoryStats.self,
            HistoryExport.self, HistoryImport.self, HistoryVerify.self, HistoryCheckpoint.self,
            HistoryReconcile.self, HistoryPrune.self, HistoryBackup.self, HistoryRebuild.self,
            HistorySalvage.self, HistorySync.self, ReportCommand.self,
        ],
        defaultSubcommand: HistoryList.self)

    @OptionGroup var global: GlobalOptions
}

struct HistoryList: EnclaviaCommand {
    static let examples = [
        Example("enclavia history list --moves --since 7d", "list the tags that moved this week"),
        Example("enclavia history list myapp --user alice", "list what alice pushed to myapp"),
        Example("enclavia history list --format csv", "print CSV for a spreadsheet"),
    ]

    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List pushes, newest first.",
        discussion: examples.help(then: filterRules))

    fileprivate static let filterRules = """
        A filter given twice matches either value; different filters must all match. A time is \
        \(TimeExpression.grammar). A date without a time means the start of that day for --since and \
        its end for --until.
        """

    static let exclusive = [["--json", "--format"]]

    static let results = [
        PublishedSchema("history", "history list", .array(of: .of(PushJSON.self)))
    ]

    /// The most pushes that a table on a terminal shows without `--limit`.
    private static let terminalLimit = 50

    @Argument(
        help: ArgumentHelp(
            "Only pushes whose owner/repo:tag, repo:tag, owner/repo, repo or full reference matches this glob.",
            valueName: "glob"),
        completion: .value(.glob))
    var glob: String?

    @OptionGroup var filters: HistoryFilterOptions

    @OptionGroup var source: HistorySourceOptions

    @Option(
        help: ArgumentHelp("Show at most this many pushes.", valueName: "number"),
        completion: .value(.free))
    var limit: Int?

    @Flag(help: "Show the oldest first.")
    var reverse = false

    @Flag(
        name: .customLong("no-trunc"),
        help:
            "Do not truncate ids, digests, commits and messages in tables."
    )
    var isWhole = false

    @OptionGroup var format: FormatOptions

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let sink = try sink(context)
        var query = try filters.query(glob: glob, context)
        if let limit, limit < 1 {
            throw UserError(.usage, "--limit \(limit) is less than 1")
        }
        let isTable = format.is(.table, context)
        let isNewest = limit == nil && isTable && context.console.out.isTerminal
        query.limit = limit
        query.isReversed = reverse
        let remote = try source.pushes(context)
        let read = try await read(query, isNewest: isNewest, from: remote, context)
        let (status, isEmpty) =
            isNewest
            ? try await listNewest(query, read, sink, context)
            : try await listAll(query, read, sink, context)
        if isEmpty {
            let isAsked = glob.map(context.suggestSubcommand) ?? false
            if isTable || format.is(.markdown, context), !isAsked {
                let history = try remote == nil ? context.adapters.history() : nil
                try context.logNoMatch(matches: glob, in: history)
            }
        }
        return remote?.finish(status) ?? status
    }

    private typealias Read = (HistoryQuery, (StoredPush) throws -> Void) async throws -> Void

    /// How the pushes are read. Tables are measured first, and read them twice.
    private func read(
        _ query: HistoryQuery, isNewest: Bool, from remote: RemoteSource?, _ context: CommandContext
    ) async throws -> Read {
        guard let remote else {
            let history = try context.adapters.history()
            return { try history.forEach($0, $1) }
        }
        let isTable = format.is(.table, context) || format.is(.markdown, context)
        guard isTable, !isNewest else { return remote.forEach }
        let history = try await remote.history(of: [.query(query)])
        return { try history.forEach($0, $1) }
    }

    private func sink(_ context: CommandContext) throws -> OutputFormat.MakeSink {
        let sink = try format.sink(context)
        let (isMoves, isWhole) = (filters.moves, isWhole)
        if format.is(.table, context) {
            return { HistoryTableSink($0, $1, isMoves: isMoves, isWhole: isWhole) }
        }
        guard format.is(.markdown, context) else { return sink }
        return { MarkdownSink($0, $1, isWhole: isWhole) }
    }

    private func listAll(
        _ query: HistoryQuery, _ read: @escaping Read, _ sink: OutputFormat.MakeSink,
        _ context: CommandContext
    ) async throws -> (ExitStatus, isEmpty: Bool) {
        var isEmpty = true
        let status = try await context.stream(sink) { put in
            try await read(query) { push in
                isEmpty = false
                try put(push)
            }
        }
        return (status, isEmpty)
    }

    /// Lists at most `terminalLimit` of the newest pushes, in either order, and says if there are more.
    private func listNewest(
        _ query: HistoryQuery, _ read: @escaping Read, _ sink: OutputFormat.MakeSink,
        _ context: CommandContext
    ) async throws -> (ExitStatus, isEmpty: Bool) {
        var query = query
        query.isReversed = false
        query.limit = Self.terminalLimit + 1
        var pushes: [StoredPush] = []
        try await read(query) { pushes.append($0) }
        let hasMore = pushes.count > Self.terminalLimit
        if hasMore { pushes.removeLast() }
        if reverse { pushes.reverse() }
        let status = try await context.stream(sink) { put in try pushes.forEach(put) }
        if hasMore {
            context.console.log(
                "showing the newest \(Self.terminalLimit) pushes: use --limit \(2 * Self.terminalLimit)"
                    + " to show more")
        }
        return (status, pushes.isEmpty)
    }
}
