import EnclaviaCore

/// What `auth login --json` and `auth status --json` show.
struct AccountStatusJSON: Encodable {
    let account: Account
    /// What the backend answered; `nil` where it was not asked.
    let access: RegistryAccess?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case status, handle, backend, source, rotates, registry
        case expiresAt = "expires_at"
    }

    func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: CodingKeys.self)
        try object.encode("logged_in", forKey: .status)
        try object.encode(access?.handle ?? account.handle, forKey: .handle)
        try object.encode(account.backend, forKey: .backend)
        try object.encode(account.source.name, forKey: .source)
        try object.encode(account.kind != .longLived, forKey: .rotates)
        try object.encode(account.expiresAt, forKey: .expiresAt)
        try object.encode(access?.registry, forKey: .registry)
    }
}

/// What `auth logout --json` shows; handle and backend are `null` where nobody was logged in.
struct LogoutJSON: Encodable {
    let account: Account?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case status, handle, backend
    }

    func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: CodingKeys.self)
        try object.encode("logged_out", forKey: .status)
        try object.encode(account?.handle, forKey: .handle)
        try object.encode(account?.backend, forKey: .backend)
    }
}
