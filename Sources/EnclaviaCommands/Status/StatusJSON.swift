import EnclaviaCore

/// What `status --json` shows, `schema_version` 1.
struct StatusJSON: JSONDescribed {
    private let schemaVersion = 1
    @Nullable private var account: AccountJSON?
    private let registry: RegistryJSON
    private let store: StoreJSON
    @Nullable private var historyRemote: HistoryRemoteJSON?
    private let attention: [AttentionJSON]
    private let references: [ReferenceJSON]

    private enum CodingKeys: String, CodingKey {
        case account, registry, store, attention, references
        case schemaVersion = "schema_version"
        case historyRemote = "history_remote"
    }

    static let jsonSchema = JSONSchema.object([
        JSONSchema.version, Key("account", .nullable(AccountJSON.jsonSchema)),
        Key("registry", RegistryJSON.jsonSchema), Key("store", StoreJSON.jsonSchema),
        Key(
            "history_remote", .nullable(HistoryRemoteJSON.jsonSchema),
            "The server that the history is sent to; null if none is known."),
        Key("attention", .array(of: AttentionJSON.jsonSchema)),
        Key("references", .array(of: ReferenceJSON.jsonSchema)),
    ])

    init(_ report: StatusReport) {
        account = report.account.map(AccountJSON.init)
        registry = RegistryJSON(report)
        store = StoreJSON(report.store)
        historyRemote = report.sharedHistory.map(HistoryRemoteJSON.init)
        attention = report.attention.map(AttentionJSON.init)
        references = report.references.map(ReferenceJSON.init)
    }
}

private struct AccountJSON: JSONDescribed {
    @Nullable private var handle: String?
    private let backend: String
    private let source: String
    @Nullable private var expiresAt: Timestamp?

    private enum CodingKeys: String, CodingKey {
        case handle, backend, source
        case expiresAt = "expires_at"
    }

    static let jsonSchema = JSONSchema.object([
        Key("handle", .nullable(.text)), Key("backend", .text),
        Key("source", .words(["environment", "file"])), Key("expires_at", .nullable(.time)),
    ])

    init(_ account: Account) {
        handle = account.handle
        backend = account.backend
        source = account.source.name
        expiresAt = account.expiresAt
    }
}

private struct RegistryJSON: JSONDescribed {
    @Nullable private var url: String?
    @Nullable private var reachable: Bool?

    static let jsonSchema = JSONSchema.object([
        Key("url", .nullable(.text)), Key("reachable", .nullable(.boolean)),
    ])

    init(_ report: StatusReport) {
        url = report.registry
        reachable = report.isRegistryReachable
    }
}

private struct StoreJSON: JSONDescribed {
    private let path: String
    private let pushes: Int
    private let events: Int
    @Nullable private var head: String?
    private let writable: Bool
    private let spooled: Int

    static let jsonSchema = JSONSchema.object([
        Key("path", .text), Key("pushes", .count), Key("events", .count),
        Key("head", .nullable(.hash)), Key("writable", .boolean), Key("spooled", .count),
    ])

    init(_ store: StoreSummary) {
        path = store.path
        pushes = store.pushes
        events = store.events
        head = store.head
        writable = store.isWritable
        spooled = store.spooled
    }
}

private struct AttentionJSON: JSONDescribed {
    private let kind: AttentionItem.Kind
    @Nullable private var pushID: PushID?
    @Nullable private var reference: String?
    @Nullable private var message: String?

    private enum CodingKeys: String, CodingKey {
        case kind, reference, message
        case pushID = "push_id"
    }

    static let jsonSchema = JSONSchema.object([
        Key("kind", .cases(of: AttentionItem.Kind.self)), Key("push_id", .nullable(.pushID)),
        Key("reference", .nullable(.text)), Key("message", .nullable(.text)),
    ])

    init(_ item: AttentionItem) {
        kind = item.kind
        pushID = item.pushID
        reference = item.reference?.description
        message = item.message
    }
}

private struct ReferenceJSON: JSONDescribed {
    @Nullable private var reference: String?
    @Nullable private var digest: Digest?
    @Nullable private var pushedAt: Timestamp?
    private let pushID: PushID
    private let outcome: PushOutcome
    @Nullable private var notifyOutcome: NotifyOutcome?
    @Nullable private var remoteDigest: Digest?
    @Nullable private var pointsAt: PointsAtJSON?

    private enum CodingKeys: String, CodingKey {
        case reference, digest, outcome
        case pointsAt = "points_at"
        case pushedAt = "pushed_at"
        case pushID = "push_id"
        case notifyOutcome = "notify_outcome"
        case remoteDigest = "remote_digest"
    }

    static let jsonSchema = JSONSchema.object([
        Key("reference", .text), Key("digest", .nullable(.digest)),
        Key("pushed_at", .nullable(.time)), Key("push_id", .pushID),
        Key("outcome", .cases(of: PushOutcome.self)),
        Key("notify_outcome", .nullable(.cases(of: NotifyOutcome.self))),
        Key("remote_digest", .nullable(.digest)),
        Key(
            "points_at", .nullable(PointsAtJSON.jsonSchema),
            "The newest push that succeeded, as in `history at`; null if none has."),
    ])

    init(_ status: StatusReport.ReferenceStatus) {
        let push = status.push
        reference = push.reference?.description
        digest = push.state.manifest?.digest
        pushedAt = push.state.manifest?.pushedAt
        pushID = push.id
        outcome = push.state.outcome
        notifyOutcome = push.notify.outcome
        remoteDigest = status.remoteDigest
        pointsAt = status.pointsAt.flatMap(PointsAtJSON.init)
    }
}

private struct PointsAtJSON: JSONDescribed {
    private let digest: Digest
    private let pushedAt: Timestamp
    private let pushID: PushID
    @Nullable private var user: String?
    @Nullable private var commit: String?
    @Nullable private var notifyOutcome: NotifyOutcome?

    private enum CodingKeys: String, CodingKey {
        case digest, user, commit
        case pushedAt = "pushed_at"
        case pushID = "push_id"
        case notifyOutcome = "notify_outcome"
    }

    static let jsonSchema = JSONSchema.object([
        Key("digest", .digest), Key("pushed_at", .time), Key("push_id", .pushID),
        Key("user", .nullable(.text), "The CI actor, or the operating system user."),
        Key("commit", .nullable(.text)),
        Key("notify_outcome", .nullable(.cases(of: NotifyOutcome.self))),
    ])

    /// `nil` for a push without a digest.
    init?(_ push: PushRecord) {
        guard let manifest = push.state.manifest else { return nil }
        digest = manifest.digest
        pushedAt = manifest.pushedAt
        pushID = push.id
        user = push.context.actor
        commit = push.context.gitCommit
        notifyOutcome = push.notify.outcome
    }
}
