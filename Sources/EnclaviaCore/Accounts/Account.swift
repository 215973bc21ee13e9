/// The account that this machine uses at the backend, known without a request.
package struct Account: Hashable, Sendable {
    /// The caller's handle; `nil` until a login or a response of the backend has given it.
    package let handle: String?
    package let backend: String
    package let source: TokenSource
    package let kind: TokenKind
    /// The registry that the backend named last; `nil` where that is not stored with the credentials.
    package let registry: String?

    package init(
        handle: String?, backend: String, source: TokenSource, kind: TokenKind,
        registry: String? = nil
    ) {
        self.handle = handle
        self.backend = backend
        self.source = source
        self.kind = kind
        self.registry = registry
    }

    package var expiresAt: Timestamp? {
        if case .rotating(let expiresAt) = kind { expiresAt } else { nil }
    }

    /// The file with rotating credentials, which work in one place only; `nil` for other credentials.
    package var rotatingFile: String? {
        guard case .file(let path) = source, case .rotating = kind else { return nil }
        return path
    }
}

/// Where the token comes from.
package enum TokenSource: Hashable, Sendable {
    /// `ENCLAVIA_TOKEN`.
    case environment
    case file(path: String)

    /// The word that records and `--json` use.
    package var name: String {
        switch self {
        case .environment: "environment"
        case .file: "file"
        }
    }
}

/// How long the token is valid.
package enum TokenKind: Hashable, Sendable {
    /// It stays valid until it is revoked.
    case longLived
    /// Each refresh replaces it, so its file works in one place only.
    case rotating(expiresAt: Timestamp?)
}
