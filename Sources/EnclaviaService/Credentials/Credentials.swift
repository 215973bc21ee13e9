import EnclaviaCore
import FoundationEssentials

/// The content of the credentials file, in one of its two shapes:
/// `{"access_token", "refresh_token", "expires_at", "backend_url"}`, or `{"token"}` of older versions.
/// Keys that this program does not know are kept when it writes the file again.
package struct Credentials: Hashable, Sendable {
    package enum Token: Hashable, Sendable {
        case longLived(Secret)
        case rotating(access: Secret, refresh: Secret?, expiresAt: Timestamp?)
    }

    package var token: Token
    /// The backend that the token belongs to; `nil` where the file has no `backend_url`.
    var backend: ServiceURL?
    /// The user's handle, which the backend sent at login.
    var handle: String?
    /// The registry that the backend named at login, or in a later response. It saves requests, and decides nothing
    /// else: a value that is no text counts as none.
    var registry: String?
    private var others: [String: JSONValue]

    init(
        access: Secret, refresh: Secret?, expiresAt: Timestamp?, backend: ServiceURL,
        handle: String? = nil
    ) {
        token = .rotating(access: access, refresh: refresh, expiresAt: expiresAt)
        self.backend = backend
        self.handle = handle
        others = [:]
    }

    /// The token for the `Authorization` header.
    var access: Secret {
        switch token {
        case .longLived(let token): token
        case .rotating(let access, _, _): access
        }
    }

    var expiresAt: Timestamp? {
        if case .rotating(_, _, let expiresAt) = token { expiresAt } else { nil }
    }

    var refresh: Secret? {
        if case .rotating(_, let refresh, _) = token { refresh } else { nil }
    }
}

/// Why the content of a credentials file is invalid, as a phrase that follows its path.
package struct CredentialsFault: Error, Hashable {
    package let reason: String
}

extension Credentials {
    private enum Key: String, CaseIterable {
        case token
        case access = "access_token"
        case refresh = "refresh_token"
        case expiresAt = "expires_at"
        case backend = "backend_url"
        case handle, registry
    }

    /// Reads the JSON of a credentials file, with a byte order mark or without (the decoder takes both),
    /// and tokens with the line break that another program may have left at their end.
    ///
    /// An invalid `expires_at` (``Timestamp/init(expiry:)``) is treated as a missing one: the token is used
    /// until the backend rejects it, which decides in any case.
    package init(json: [UInt8]) throws(CredentialsFault) {
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(json)) else {
            throw CredentialsFault(reason: "is not JSON")
        }
        guard case .object(var fields) = value else {
            throw CredentialsFault(reason: "is not a JSON object")
        }
        func text(_ key: Key) throws(CredentialsFault) -> String? {
            switch fields.removeValue(forKey: key.rawValue) {
            case nil, .null: nil
            case .string(let text): text
            case .bool, .integer, .number, .array, .object:
                throw CredentialsFault(reason: "has no string in the field \(key.rawValue)")
            }
        }
        func secret(_ key: Key) throws(CredentialsFault) -> Secret? {
            guard let text = try text(key) else { return nil }
            guard let secret = Secret(headerText: text.trimmed) else {
                throw CredentialsFault(reason: "has no valid token in the field \(key.rawValue)")
            }
            return secret
        }
        let expiry = fields.removeValue(forKey: Key.expiresAt.rawValue)
        let older = try secret(.token)
        let refresh = try secret(.refresh)
        if let access = try secret(.access) {
            token = .rotating(
                access: access, refresh: refresh, expiresAt: Timestamp(expiry: expiry))
        } else if let older {
            token = .longLived(older)
        } else {
            throw CredentialsFault(reason: "contains neither access_token nor token")
        }
        backend = nil
        if let url = try text(.backend) {
            do {
                backend = try ServiceURL(url)
            } catch {
                throw CredentialsFault(reason: "has a backend_url that \(error.reason)")
            }
        }
        handle = try text(.handle)
        registry = fields.removeValue(forKey: Key.registry.rawValue)?.text
        others = fields
    }

    /// The file's text, with a newline at its end.
    package func json() throws -> [UInt8] {
        var fields = others
        switch token {
        case .longLived(let token):
            fields[Key.token.rawValue] = .string(token.reveal())
        case .rotating(let access, let refresh, let expiresAt):
            fields[Key.access.rawValue] = .string(access.reveal())
            fields[Key.refresh.rawValue] = refresh.map { .string($0.reveal()) }
            fields[Key.expiresAt.rawValue] = expiresAt.map { .string($0.description) }
        }
        fields[Key.backend.rawValue] = backend.map { .string($0.description) }
        fields[Key.handle.rawValue] = handle.map { .string($0) }
        fields[Key.registry.rawValue] = registry.map { .string($0) }
        return Array(try JSONText.encode(JSONValue.object(fields)).utf8) + [0x0A]
    }
}

extension Secret {
    /// `nil` unless `text` can be sent in a header: visible ASCII, 1 to 65,536 characters (RFC 6750, 2.1).
    init?(headerText text: String) {
        guard !text.isEmpty, text.utf8.count <= 65_536,
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        self.init(text)
    }
}
