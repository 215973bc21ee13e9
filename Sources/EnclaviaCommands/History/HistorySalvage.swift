import ArgumentParser
import EnclaviaCore

struct HistorySalvage: EnclaviaCommand {
    static let examples = [
        Example("enclavia history salvage old.db --out new.db", "save what can be read")
    ]

    static let configuration = CommandConfiguration(
        commandName: "salvage",
        abstract: "Read what can be read of a damaged history into a new file.",
        discussion: examples.help(
            then: """
                The damaged file, such as history.db in the state directory, is only read, and the new one \
                is used once it takes its place: see "After damage" in enclavia-history(5). The events up to the first damaged one stay as they are, so \
                that a head noted before still verifies. What follows is imported into a new chain, which \
                begins with a note of what was lost. Exits with 1 if something was lost.
                """))

    static let results = [PublishedSchema("salvage", "history salvage", .of(SalvageJSON.self))]

    @Argument(
        help: ArgumentHelp("The damaged history.", valueName: "file"), completion: .value(.file))
    var file: String

    @Option(
        help: ArgumentHelp("The new file, which must not exist.", valueName: "new"),
        completion: .value(.file))
    var out: String

    @OptionGroup var global: GlobalOptions

    var paths: [String] { [file, out] }

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let bar = ProgressBar(context)
        let summary: SalvageSummary
        do throws(SalvageError) {
            defer { bar.clear() }
            summary = try context.adapters.salvager().salvage(
                path(file, context), to: path(out, context)
            ) {
                switch $0 {
                case .reading(let fraction): bar.show("read", fraction: fraction)
                case .writing(let events): bar.show("\(events) events written", fraction: nil)
                case .verifying(let events): bar.show("\(events) events verified", fraction: nil)
                }
            }
        } catch {
            try Task.checkCancellation()
            throw ErrorMessages.explain(error)
        }
        for line in summary.findings { context.console.log(line) }
        try context.show(SalvageJSON(summary)) { console in
            console.log(
                "salvaged \(MessageText.pushes(summary.pushes)) and"
                    + " \(MessageText.events(summary.events))"
                    + (summary.head.map { "; the head is \($0)" } ?? ""))
            try console.result(summary.path.printable(limit: 4096))
            if console.stderr.isTerminal { console.log(SalvageSummary.advice) }
        }
        return summary.isWhole ? .done : .negative
    }

    private func path(_ text: String, _ context: CommandContext) -> String {
        text.hasPrefix("/") ? text : "\(context.settings.workingDirectory)/\(text)"
    }
}

/// What `history salvage --json` shows, `schema_version` 1.
struct SalvageJSON: JSONDescribed {
    private let schemaVersion = 1
    private let path: String
    private let pushes: Int
    private let events: Int
    @Nullable private var head: String?
    private let chain: String
    private let whole: Bool
    @Nullable private var salvaged: SalvageEventData?
    private let lost: Int64
    private let lostPushes: Int
    private let lostPushIDs: [String]
    private let pending: Int
    private let pendingPushIDs: [String]
    private let changed: Int
    private let changedPushIDs: [String]

    private enum CodingKeys: String, CodingKey {
        case path, pushes, events, head, chain, whole, salvaged, lost, pending, changed
        case pendingPushIDs = "pending_push_ids"
        case lostPushes = "lost_pushes"
        case lostPushIDs = "lost_push_ids"
        case changedPushIDs = "changed_push_ids"
        case schemaVersion = "schema_version"
    }

    static let jsonSchema = JSONSchema.object([
        JSONSchema.version, Key("path", .text), Key("pushes", .count), Key("events", .count),
        Key("head", .nullable(.hash), "The hash of the newest event."),
        Key("chain", .text, "The id of the new history's chain."),
        Key("whole", .boolean, "Whether nothing was lost."),
        Key(
            "salvaged", .nullable(SalvageEventData.jsonSchema),
            "The data of the salvaged event, with which a new chain begins; null if the chain was kept."
        ),
        Key("lost", .count, "Events that are known to be lost."),
        Key("lost_pushes", .count, "Pushes whose newest record is lost."),
        Key(
            "lost_push_ids", .array(of: .pushID),
            "The ids of those pushes, at most \(SalvagedPushes.limit)."),
        Key("pending", .count, "Imported pushes that the backend was not notified of."),
        Key(
            "pending_push_ids", .array(of: .pushID),
            "The ids of those pushes, at most \(SalvagedPushes.limit)."),
        Key("changed", .count, "Pushes whose rows differed from the events, which were kept."),
        Key(
            "changed_push_ids", .array(of: .pushID),
            "The ids of those pushes, at most \(SalvagedPushes.limit)."),
    ])

    init(_ summary: SalvageSummary) {
        path = summary.path
        pushes = summary.pushes
        events = summary.events
        head = summary.head
        chain = summary.chain
        whole = summary.isWhole
        salvaged = summary.mark
        lost = summary.mark?.lostEvents ?? 0
        lostPushes = summary.lostPushes.count
        lostPushIDs = summary.lostPushes.listed.map(\.text)
        pending = summary.pendingPushes.count
        pendingPushIDs = summary.pendingPushes.listed.map(\.text)
        changed = summary.changedPushes.count
        changedPushIDs = summary.changedPushes.listed.map(\.text)
    }
}
