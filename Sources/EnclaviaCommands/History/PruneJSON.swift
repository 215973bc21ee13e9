import EnclaviaCore

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
