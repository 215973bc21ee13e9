import ArgumentParser
import EnclaviaCore

/// The group of the history's verbs; `list` where none is given.
struct HistoryGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Ask what was pushed, when, by whom and from which commit.",
        subcommands: [
            HistoryList.self, HistoryShow.self, HistoryAt.self, HistoryStats.self,
            HistoryExport.self, HistoryImport.self, HistoryVerify.self, HistoryReconcile.self,
            HistoryPrune.self,
        ],
        defaultSubcommand: HistoryList.self)

    @OptionGroup var global: GlobalOptions
}

struct HistoryList: EnclaviaCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List pushes, newest first.",
        discussion: """
            A filter given twice takes either value; different filters must all hold. A time is \
            \(TimeExpression.grammar). A bare date is its beginning for --since and its end for --until.
            """)

    static let results = [
        PublishedSchema("history", "history list", .array(of: .of(PushJSON.self)))
    ]

    /// The most pushes that a table on a terminal shows where nothing is said.
    private static let terminalLimit = 50

    @Argument(
        help: ArgumentHelp(
            "Only pushes whose owner/repo:tag, repo:tag, owner/repo, repo or full reference matches this glob.",
            valueName: "glob"),
        completion: .value(.glob))
    var glob: String?

    @OptionGroup var filters: HistoryFilterOptions

    @Option(
        help: ArgumentHelp("Show at most this many pushes.", valueName: "number"),
        completion: .value(.free))
    var limit: Int?

    @Flag(help: "Show the oldest first.")
    var reverse = false

    @OptionGroup var format: FormatOptions

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let sink = try format.sink(context)
        var query = try filters.query(glob: glob, context)
        if let limit, limit < 1 {
            throw Explanation(.usage, "--limit \(limit) is not 1 or more")
        }
        let history = try context.adapters.history()
        guard limit != nil || !format.isTable(context) || !context.console.out.isTerminal else {
            return try listNewest(query, of: history, sink, context)
        }
        query.limit = limit
        query.isReversed = reverse
        var isEmpty = true
        let status = try context.stream(sink) { put in
            try history.forEach(query) { push in
                isEmpty = false
                try put(push)
            }
        }
        if isEmpty, let glob { context.askForVerb(glob) }
        return status
    }

    /// Lists the newest pushes that a terminal takes, in either order, and says where there are more.
    private func listNewest(
        _ query: HistoryQuery, of history: any History, _ sink: OutputFormat.MakeSink,
        _ context: CommandContext
    ) throws -> ExitStatus {
        var query = query
        query.limit = Self.terminalLimit + 1
        var pushes: [StoredPush] = []
        try history.forEach(query) { pushes.append($0) }
        let hasMore = pushes.count > Self.terminalLimit
        if hasMore { pushes.removeLast() }
        if reverse { pushes.reverse() }
        let status = try context.stream(sink) { put in try pushes.forEach(put) }
        if hasMore {
            context.console.say(
                "these are the newest \(Self.terminalLimit) pushes: --limit \(2 * Self.terminalLimit)"
                    + " shows more")
        }
        if pushes.isEmpty, let glob { context.askForVerb(glob) }
        return status
    }
}

extension CommandContext {
    /// A word where a verb was expected reads as a glob. Where it finds nothing, that is worth asking.
    fileprivate func askForVerb(_ glob: String) {
        guard !invocation.names("list", of: "history"), glob.utf8.count >= 3 else { return }
        let verbs = HistoryGroup.configuration.subcommands.compactMap {
            $0.configuration.commandName
        }
        let distances = verbs.map { ($0, EditDistance.between(glob, $0)) }
        guard let (verb, distance) = distances.min(by: { $0.1 < $1.1 }),
            distance <= max(1, verb.utf8.count / 4)
        else { return }
        console.say(
            "no push matches \(Words.quoted(glob)): did you mean `enclavia history \(verb)`?")
    }
}
