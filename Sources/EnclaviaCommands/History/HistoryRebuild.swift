import ArgumentParser
import EnclaviaCore
import EnclaviaSystem

struct HistoryRebuild: EnclaviaCommand {
    static let examples = [
        Example("enclavia history rebuild", "show what changes, and ask before changing it"),
        Example("enclavia history rebuild --yes", "rebuild without asking"),
    ]

    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Make the tables and indexes anew from the events.",
        discussion: examples.help(
            then: """
                For a history whose chain is intact and whose tables are not. Prints each push that \
                changes, and keeps the history as it was beside it. Pushes may go on meanwhile. Refuses \
                if the chain is broken: see enclavia history salvage.
                """))

    static let results = [PublishedSchema("rebuild", "history rebuild", .of(RebuildJSON.self))]

    @Option(
        help: ArgumentHelp(
            "A hash noted elsewhere, which the chain must contain.", valueName: "hash"),
        completion: .value(.free))
    var head: String?

    @OptionGroup var checkpoints: CheckpointOptions

    @Flag(help: "Do not ask for confirmation; required without a terminal.")
    var yes = false

    @OptionGroup var global: GlobalOptions

    var paths: [String] { checkpoints.paths }

    func run(_ context: CommandContext) async throws -> ExitStatus {
        var options = VerifyOptions(head: try head.map(HistoryVerify.hash))
        let question = Question(context)
        guard yes || question.canBeAsked else {
            throw UserError(.usage, "cannot ask for confirmation without a terminal: use --yes")
        }
        options.checkpoints = try await checkpoints.read(context)
        let rebuild = try prepare(options, context)
        for remark in rebuild.report.checkpointRemarks { context.console.log(remark) }
        do {
            try Task.checkCancellation()
            if !yes { try await ask(question, rebuild.summary) }
        } catch {
            rebuild.discard()
            throw error
        }
        let summary = try explained(context) { bar in
            try rebuild.apply { bar.show("rebuilding", fraction: $0) }
        }
        try context.show(RebuildJSON(summary)) { console in
            try console.result(
                "rebuilt \(MessageText.pushes(summary.pushes)) from"
                    + " \(MessageText.events(summary.events)); \(Self.changes(summary))")
            if let backup = summary.backup {
                console.log("the history as it was is in \(backup.printable(limit: 4096))")
            }
        }
        return .done
    }

    private func prepare(
        _ options: VerifyOptions, _ context: CommandContext
    ) throws -> any PreparedRebuild {
        try explained(context) { bar in
            try context.adapters.rebuilder().prepare(options) { stage in
                switch stage {
                case .replaying(let events): bar.show("\(events) events replayed", fraction: nil)
                case .verifying(let events): bar.show("\(events) events verified", fraction: nil)
                }
            } changed: { push in
                guard !context.invocation.wantsJSON else { return }
                bar.clear()
                try context.console.result(ErrorMessages.sentence(push))
            }
        }
    }

    /// Runs a part of the work under a progress bar, and explains its errors.
    private func explained<Value>(
        _ context: CommandContext, _ body: (ProgressBar) throws -> Value
    ) throws -> Value {
        let bar = ProgressBar(context)
        defer { bar.clear() }
        do {
            return try body(bar)
        } catch let error as RebuildError {
            try Task.checkCancellation()
            throw ErrorMessages.explain(error)
        }
    }

    private func ask(_ question: Question, _ summary: RebuildSummary) async throws {
        let events = MessageText.events(summary.events)
        guard
            try await question.ask("rebuild the tables from \(events) (\(Self.changes(summary)))?")
        else { throw UserError(.cancelled, "nothing was rebuilt", exitStatus: .negative) }
    }

    private static func changes(_ summary: RebuildSummary) -> String {
        let count =
            summary.changed == 0
            ? "no push changes" : "\(MessageText.pushes(summary.changed)) changed"
        let lost = summary.lost > 0 ? ", \(summary.lost) of them removed" : ""
        return count + lost + (summary.isPartial ? "; not all old rows could be read" : "")
    }
}

/// What `history rebuild --json` shows, `schema_version` 1.
struct RebuildJSON: JSONDescribed {
    private let schemaVersion = 1
    private let pushes: Int
    private let events: Int
    private let lost: Int
    private let changed: Int
    private let isPartial: Bool
    @Nullable private var backup: String?

    private enum CodingKeys: String, CodingKey {
        case pushes, events, lost, changed, backup
        case isPartial = "partial"
        case schemaVersion = "schema_version"
    }

    static let jsonSchema = JSONSchema.object([
        JSONSchema.version, Key("pushes", .count, "The pushes that follow from the events."),
        Key("events", .count),
        Key("lost", .count, "Pushes that were in the tables, but follow from no event."),
        Key("changed", .count, "Pushes whose rows changed, with those that were lost or missing."),
        Key("partial", .boolean, "Whether some of the old rows could not be read."),
        Key("backup", .nullable(.text), "Where the history is kept as it was."),
    ])

    init(_ summary: RebuildSummary) {
        pushes = summary.pushes
        events = summary.events
        lost = summary.lost
        changed = summary.changed
        isPartial = summary.isPartial
        backup = summary.backup
    }
}
