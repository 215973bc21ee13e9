/// Who this machine is to the backend, known without asking anybody.
package struct Account: Hashable, Sendable {
    /// The caller's handle, where a login or an answer of the backend has told it.
    package let handle: String?
    package let backend: String
    package let source: TokenSource
    package let kind: TokenKind

    package init(handle: String?, backend: String, source: TokenSource, kind: TokenKind) {
        self.handle = handle
        self.backend = backend
        self.source = source
        self.kind = kind
    }

    package var expiresAt: Timestamp? {
        if case .rotating(let expiresAt) = kind { expiresAt } else { nil }
    }

    /// The file with credentials that rotate, which work in one place only; `nil` for others.
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

/// How long the token lives.
package enum TokenKind: Hashable, Sendable {
    /// It stays valid until it is revoked.
    case longLived
    /// It is exchanged for another at each refresh, so its file works in one place only.
    case rotating(expiresAt: Timestamp?)
}
