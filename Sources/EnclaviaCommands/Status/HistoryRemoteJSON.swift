import EnclaviaCore

/// What `status --json` shows of the server that the history is sent to.
struct HistoryRemoteJSON: JSONDescribed {
    private let name: String
    private let lastSequence: Int64
    private let unsynced: Int64
    @Nullable private var unsyncedSince: Timestamp?
    @Nullable private var lastSyncAt: Timestamp?
    @Nullable private var failure: String?
    @Nullable private var forkedAt: Int64?
    private let missing: Int64

    private enum CodingKeys: String, CodingKey {
        case name, unsynced, failure, missing
        case lastSequence = "last_sequence"
        case unsyncedSince = "unsynced_since"
        case lastSyncAt = "last_sync_at"
        case forkedAt = "forked_at"
    }

    static let jsonSchema = JSONSchema.object([
        Key("name", .text),
        Key("last_sequence", .count, "The newest event that the server had after the last sync."),
        Key("unsynced", .count, "The events since."),
        Key("unsynced_since", .nullable(.time), "When the first of them was recorded."),
        Key("last_sync_at", .nullable(.time), "When a sync last succeeded; null if none has."),
        Key("failure", .nullable(.text), "Why the last sync failed; null if it did not."),
        Key("forked_at", .nullable(.count), "As in history sync."),
        Key("missing", .count, "As in history sync."),
    ])

    init(_ remote: RemoteSummary) {
        name = remote.name
        lastSequence = remote.state?.lastSequence ?? 0
        unsynced = remote.unsynced
        unsyncedSince = remote.unsyncedSince
        lastSyncAt = remote.state?.syncedAt
        failure = remote.state?.failure
        forkedAt = remote.state?.forkedAt
        missing = remote.state?.missing ?? 0
    }
}
