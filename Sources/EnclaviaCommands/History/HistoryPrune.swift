import ArgumentParser
import EnclaviaCore

struct HistoryPrune: EnclaviaCommand {
    static let examples = [
        Example("enclavia history prune --before 52w --dry-run", "count what would be deleted"),
        Example("enclavia history prune --before 2026-01-01", "delete after confirmation"),
    ]

    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Delete the events of pushes that finished before a time.",
        discussion: examples.help(
            then: """
                The hash chain stays verifiable, and the newest successful push of each tag is kept. A \
                time is \(TimeExpression.grammar). A date without a time means the start of that day.
                """))

    static let results = [PublishedSchema("prune", "history prune", .of(PruneJSON.self))]

    @Option(
        help: ArgumentHelp("Only pushes that finished before this time.", valueName: "time"),
        completion: .value(.time))
    var before: String

    @Flag(help: "Count what would be deleted, without deleting it.")
    var dryRun = false

    @Flag(help: "Do not ask for confirmation; required without a terminal.")
    var yes = false

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let moment = try context.moment(before, of: "--before", as: .beginning)
        let question = Question(context)
        guard dryRun || yes || question.canBeAsked else {
            throw UserError(
                .usage, "cannot ask for confirmation without a terminal: use --yes or --dry-run")
        }
        let maintenance = context.adapters.maintenance()
        var summary = try maintenance.prunable(before: moment)
        if !dryRun, summary.events > 0 {
            if !yes { try await ask(question, what(summary, moment, context)) }
            let host = context.adapters.contextProbe().identity().host
            summary = try await maintenance.prune(before: moment, host: host)
        }
        context.warn(summary.warnings)
        if let failure = summary.failure {
            throw ErrorMessages.partialFailure(
                ErrorMessages.explain(failure), done: "deleted \(what(summary, moment, context))")
        }
        try show(summary, moment, context)
        return .done
    }

    private func ask(
        _ question: Question, _ what: String
    ) async throws {
        guard try await question.ask("permanently delete \(what)?") else {
            throw UserError(.cancelled, "nothing was pruned", exitStatus: .negative)
        }
    }

    private func show(
        _ summary: PruneSummary, _ moment: Timestamp, _ context: CommandContext
    ) throws {
        try context.show(PruneJSON(summary, before: moment, isDryRun: dryRun)) { console in
            try console.result(
                "\(dryRun ? "would delete" : "deleted") \(what(summary, moment, context))")
        }
    }

    private func what(
        _ summary: PruneSummary, _ moment: Timestamp, _ context: CommandContext
    ) -> String {
        let local = context.zone.civilTime(at: moment).minuteText
        return
            "\(MessageText.events(summary.events)) of \(MessageText.pushes(summary.pushes)) that finished"
            + " before \(local)"
    }
}

/// What `history prune --json` shows, `schema_version` 1.
struct PruneJSON: JSONDescribed {
    private let schemaVersion = 1
    private let dryRun: Bool
    private let before: Timestamp
    private let pushes: Int
    private let events: Int

    private enum CodingKeys: String, CodingKey {
        case before, pushes, events
        case schemaVersion = "schema_version"
        case dryRun = "dry_run"
    }

    static let jsonSchema = JSONSchema.object([
        JSONSchema.version, Key("dry_run", .boolean), Key("before", .time),
        Key("pushes", .count), Key("events", .count),
    ])

    init(_ summary: PruneSummary, before moment: Timestamp, isDryRun: Bool) {
        dryRun = isDryRun
        before = moment
        pushes = summary.pushes
        events = summary.events
    }
}
