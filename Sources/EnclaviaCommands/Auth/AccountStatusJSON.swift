import EnclaviaCore

/// What `auth login --json` and `auth status --json` show.
struct AccountStatusJSON: JSONDescribed {
    private let status = "logged_in"
    @Nullable private var handle: String?
    private let backend: String
    private let source: String
    private let rotates: Bool
    @Nullable private var expiresAt: Timestamp?
    @Nullable private var registry: String?

    private enum CodingKeys: String, CodingKey {
        case status, handle, backend, source, rotates, registry
        case expiresAt = "expires_at"
    }

    static let jsonSchema = JSONSchema.object([
        Key("status", .words(["logged_in"])), Key("handle", .nullable(.text)),
        Key("backend", .text), Key("source", .words(["environment", "file"])),
        Key("rotates", .boolean, "Whether the token is exchanged for another at each refresh."),
        Key("expires_at", .nullable(.time)),
        Key("registry", .nullable(.text), "null if the backend was not queried."),
    ])

    /// - Parameter access: the backend's response; `nil` where it was not queried.
    init(_ account: Account, _ access: RegistryAccess?) {
        handle = access?.handle ?? account.handle
        backend = account.backend
        source = account.source.name
        rotates = account.kind != .longLived
        expiresAt = account.expiresAt
        registry = access?.registry
    }
}

/// What `auth logout --json` shows; handle and backend are `null` where nobody was logged in.
struct LogoutJSON: JSONDescribed {
    private let status = "logged_out"
    @Nullable private var handle: String?
    @Nullable private var backend: String?

    static let jsonSchema = JSONSchema.object([
        Key("status", .words(["logged_out"])), Key("handle", .nullable(.text)),
        Key("backend", .nullable(.text)),
    ])

    init(_ account: Account?) {
        handle = account?.handle
        backend = account?.backend
    }
}

extension PublishedSchema {
    static let account = PublishedSchema(
        "auth", "auth login, auth status", .of(AccountStatusJSON.self))
}
