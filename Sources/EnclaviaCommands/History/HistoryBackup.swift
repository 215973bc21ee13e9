import ArgumentParser
import EnclaviaCore
import EnclaviaSystem

struct HistoryBackup: EnclaviaCommand {
    static let examples = [
        Example("enclavia history backup pushes.db", "copy the history to a new file")
    ]

    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the history to a new file, and verify the copy.",
        discussion: examples.help(
            then: """
                The copy holds the history as of one moment, with what is in its write-ahead log; pushes \
                may go on meanwhile. A copy of history.db alone may be empty. An existing file is not \
                replaced.
                """))

    static let results = [PublishedSchema("backup", "history backup", .of(BackupJSON.self))]

    @Argument(
        help: ArgumentHelp("The new file.", valueName: "file"), completion: .value(.file))
    var file: String

    @OptionGroup var global: GlobalOptions

    var paths: [String] { [file] }

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let bar = ProgressBar(context)
        let path =
            file.hasPrefix("/") ? file : "\(context.settings.workingDirectory)/\(file)"
        let summary: BackupSummary
        do throws(BackupError) {
            defer { bar.clear() }
            summary = try context.adapters.copier().backup(to: path) {
                switch $0 {
                case .copying(let fraction): bar.show("copied", fraction: fraction)
                case .verifying(let events): bar.show("\(events) events verified", fraction: nil)
                }
            }
        } catch {
            try Task.checkCancellation()
            throw ErrorMessages.explain(error)
        }
        try context.show(BackupJSON(summary)) { console in
            console.log(
                "copied \(MessageText.pushes(summary.pushes)) and"
                    + " \(MessageText.events(summary.events))"
                    + (summary.head.map { "; the head is \($0)" } ?? ""))
            if summary.spooled > 0 {
                console.log(
                    "\(MessageText.pushes(summary.spooled)) in the spool are not in the copy:"
                        + " `enclavia history reconcile` adds them to the history")
            }
            try console.result(summary.path.printable(limit: 4096))
        }
        return .done
    }
}

/// What `history backup --json` shows, `schema_version` 1.
struct BackupJSON: JSONDescribed {
    private let schemaVersion = 1
    private let path: String
    private let pushes: Int
    private let events: Int
    @Nullable private var head: String?
    private let spooled: Int

    private enum CodingKeys: String, CodingKey {
        case path, pushes, events, head, spooled
        case schemaVersion = "schema_version"
    }

    static let jsonSchema = JSONSchema.object([
        JSONSchema.version, Key("path", .text), Key("pushes", .count), Key("events", .count),
        Key("head", .nullable(.hash), "The hash of the newest event."),
        Key("spooled", .count, "Pushes in the spool, which are not in the copy."),
    ])

    init(_ summary: BackupSummary) {
        path = summary.path
        pushes = summary.pushes
        events = summary.events
        head = summary.head
        spooled = summary.spooled
    }
}
