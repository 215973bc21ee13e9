import EnclaviaCore

/// The caller's account at an Enclavia backend.
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

    /// Credentials that are malformed, or another backend's, can be forgotten all the same; of those
    /// that cannot be read the answer names the backend that would have been asked.
    package func logout() async throws(BackendError) -> Account? {
        let file = tokens.file
        guard file.exists else { return nil }
        do throws(CredentialsUnwritable) {
            let lock = try await file.lockForRemoval()
            defer { lock.release() }
            // Only to say whose they were.
            let stored = try? file.read()
            guard try file.remove(holding: lock) else { return nil }
            // Credentials of a backend that has no usable name are gone all the same.
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
            source: .file(path: tokens.file.path.string), kind: kind)
    }
}
