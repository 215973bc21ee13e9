import EnclaviaCore

/// The user's account at an Enclavia backend.
package struct EnclaviaAccounts: Accounts {
    let tokens: AccessTokens

    package init(
        settings: ServiceSettings, transport: Transport, system: any SystemEnvironment
    ) {
        tokens = AccessTokens(
            settings: settings, transport: transport, system: system)
    }

    package func account() throws(BackendError) -> Account? {
        if let token = try tokens.settings.environmentToken() {
            return Account(
                handle: token.handle, backend: try tokens.backend().description,
                source: .environment, kind: .longLived)
        }
        guard let stored = try tokens.file.read() else { return nil }
        return account(stored, at: try tokens.settings.backend(of: stored))
    }

    /// Also removes credentials that are malformed, or that belong to another backend. For credentials that
    /// cannot be read, the result has the backend of the settings.
    package func logout() async throws(BackendError) -> Account? {
        let file = tokens.file
        guard file.exists else { return nil }
        do throws(CredentialsUnwritable) {
            let lock = try await file.lockForRemoval()
            defer { lock.release() }
            // Only needed for the result.
            let stored = try? file.read()
            guard try file.remove(holding: lock) else { return nil }
            // The credentials are removed, even if the setting of the backend is invalid.
            let backend = try? stored?.backend ?? tokens.settings.loginBackend(replacing: stored)
            guard let backend else { return nil }
            return account(stored, at: backend)
        } catch {
            throw .configuration(subject: error.path, reason: error.reason)
        }
    }

    func account(_ credentials: Credentials?, at backend: ServiceURL) -> Account {
        let kind: TokenKind =
            switch credentials?.token {
            case .rotating(_, _, let expiresAt): .rotating(expiresAt: expiresAt)
            case .longLived, nil: .longLived
            }
        return Account(
            handle: credentials?.handle, backend: backend.description,
            source: .file(path: tokens.file.path.string), kind: kind,
            registry: credentials?.knownRegistry)
    }
}
