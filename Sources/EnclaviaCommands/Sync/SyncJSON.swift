import EnclaviaCore

/// What `history sync --json` shows, `schema_version` 1.
struct SyncJSON: JSONDescribed {
    private let schemaVersion = 1
    private let remote: String
    private let dryRun: Bool
    @Nullable private var chain: String?
    private let sentEvents: Int
    private let sentPushes: Int
    private let lastSequence: Int64
    private let unsynced: Int64
    private let missing: Int64
    @Nullable private var forkedAt: Int64?

    private enum CodingKeys: String, CodingKey {
        case remote, chain, unsynced, missing
        case schemaVersion = "schema_version"
        case dryRun = "dry_run"
        case sentEvents = "sent_events"
        case sentPushes = "sent_pushes"
        case lastSequence = "last_sequence"
        case forkedAt = "forked_at"
    }

    static let jsonSchema = JSONSchema.object([
        JSONSchema.version, Key("remote", .text, "The server, as given."), Key("dry_run", .boolean),
        Key("chain", .nullable(.text), "The id of the history's chain; null if it has none yet."),
        Key("sent_events", .count, "The events that the server took."),
        Key("sent_pushes", .count, "How many of them completed the record of a push."),
        Key("last_sequence", .count, "The newest event that the server has of this history."),
        Key("unsynced", .count, "The events that the server lacks."),
        Key("missing", .count, "The events that the server has and this machine lacks."),
        Key(
            "forked_at", .nullable(.count),
            "The last event in common with another history that goes on differently on the server; null if there is none."
        ),
    ])

    init(_ result: SyncResult, _ remote: String, isDryRun: Bool) {
        self.remote = remote
        dryRun = isDryRun
        chain = result.chain
        sentEvents = result.sentEvents
        sentPushes = result.sentPushes
        lastSequence = result.lastSequence
        unsynced = result.unsynced
        missing = result.missing
        forkedAt = result.forkedAt
    }
}
