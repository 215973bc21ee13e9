import ArgumentParser
import EnclaviaCore

/// A format of a report.
enum ReportFormat: String, CaseIterable, ExpressibleByArgument {
    case html, markdown

    func text(of document: ReportDocument) throws -> String {
        switch self {
        case .html: try ReportPage(document).html()
        case .markdown: ReportMarkdown(document).text()
        }
    }
}

/// What `history report --json` shows, `schema_version` 1.
struct ReportJSON: JSONDescribed {
    private let schemaVersion = 1
    private let path: String
    private let format: String
    private let bytes: Int
    private let pushes: Int
    private let imported: Int
    @Nullable private var first: Timestamp?
    @Nullable private var last: Timestamp?
    private let tags: Int
    private let repositories: Int
    private let users: Int
    @Nullable private var prunedBefore: Timestamp?
    @Nullable private var isIntact: Bool?
    private let differences: Int
    private let events: Int
    @Nullable private var head: String?
    @Nullable private var checkpoint: Int64?
    @Nullable private var isUnchanged: Bool?

    private enum CodingKeys: String, CodingKey {
        case path, format, bytes, pushes, imported, tags, repositories, users, events, head
        case isIntact = "intact"
        case prunedBefore = "pruned_before"
        case differences = "difference_count"
        case schemaVersion = "schema_version"
        case first = "first_push_at"
        case last = "last_push_at"
        case checkpoint = "checkpoint_sequence"
        case isUnchanged = "checkpoint_unchanged"
    }

    static let jsonSchema = JSONSchema.object([
        JSONSchema.version, Key("path", .text, "The file that the report was written to."),
        Key("format", .text, "html or markdown."), Key("bytes", .count, "The report's length."),
        Key("pushes", .count, "The pushes that match the filters."),
        Key("imported", .count, "How many of them were imported."),
        Key("first_push_at", .nullable(.time), "When the first of them started."),
        Key("last_push_at", .nullable(.time), "When the last of them started."),
        Key("tags", .count, "The tags that at least one of them succeeded to push."),
        Key("repositories", .count, "The repositories that are known of them."),
        Key("users", .count, "The users that are known of them."),
        Key(
            "pruned_before", .nullable(.time),
            "Pushes that ended before may have been pruned; null if none was."),
        Key(
            "intact", .nullable(.boolean),
            "What verify found: false if there is any difference; null if the tables could not be compared."
        ),
        Key("difference_count", .count, "The number of differences that verify found."),
        Key("events", .count, "The events of the history."),
        Key("head", .nullable(.hash), "The hash of the newest event."),
        Key(
            "checkpoint_sequence", .nullable(.count),
            "The event of the last kept checkpoint; null if there is none."),
        Key(
            "checkpoint_unchanged", .nullable(.boolean),
            "Whether the history has that event with its hash, and no kept checkpoint was changed; null if there is no checkpoint."
        ),
    ])

    init(
        _ report: HistoryReport, _ verification: VerifyReport, _ format: ReportFormat,
        _ file: ReportFile, bytes: Int
    ) {
        path = file.path.lossy
        self.format = format.rawValue
        self.bytes = bytes
        pushes = report.counts.pushes
        imported = report.imported
        first = report.range?.lowerBound
        last = report.range?.upperBound
        tags = report.tags.count
        repositories = report.repositories.named.count
        users = report.users.named.count
        prunedBefore = report.prunedBefore
        isIntact = verification.isIntact
        differences = verification.differences.count
        events = report.evidence.events
        head = report.evidence.head
        checkpoint = report.evidence.kept?.checkpoint.sequence
        isUnchanged =
            report.evidence.kept == nil && report.evidence.damaged.isEmpty
            ? nil : report.evidence.isUnchanged
    }
}
