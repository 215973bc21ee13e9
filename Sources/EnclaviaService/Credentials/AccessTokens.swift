import EnclaviaCore
import EnclaviaSystem
import FoundationEssentials

/// Provides access tokens, and refreshes those that have expired.
///
/// Each call reads the file, so that a token that another process has refreshed is used at once.
struct AccessTokens: Sendable {
    /// The public client's id, as the backend knows it.
    static let clientID = "enclavia-cli"
    /// A token that expires within this time, in milliseconds, is refreshed before it is used.
    static let margin: Int64 = 30_000

    let settings: ServiceSettings
    let transport: Transport
    let system: any SystemEnvironment

    var file: CredentialsFile {
        CredentialsFile(
            directory: settings.configDirectory, warning: settings.readableFile)
    }

    /// The backend that the next call goes to.
    func backend() throws(BackendError) -> ServiceURL {
        try settings.backend(of: settings.hasToken ? nil : stored())
    }

    /// The backend that the next call goes to, and a token to use there now.
    ///
    /// - Throws: ``BackendError/notLoggedIn(backend:)`` where there are no credentials,
    ///   ``BackendError/configuration(subject:reason:)``, and what a refresh throws.
    func current(
        until deadline: Deadline
    ) async throws(BackendError) -> (backend: ServiceURL, token: Secret) {
        if let token = try settings.environmentToken() {
            transport.secrets.add(token.access)
            return (try settings.backend(of: nil), token.access)
        }
        let (credentials, backend) = try credentials()
        guard expires(credentials, within: Self.margin), credentials.refresh != nil else {
            return (backend, credentials.access)
        }
        do throws(BackendError) {
            return (backend, try await renewed(after: credentials.access, until: deadline))
        } catch {
            guard error.mayPass, !expires(credentials, within: 0) else { throw error }
            return (backend, credentials.access)
        }
    }

    /// A replacement for `stale`, a token that was rejected or has expired: the one that another process has
    /// stored meanwhile, or a new one from the backend. Concurrent processes share one refresh.
    ///
    /// - Throws: ``BackendError/unauthorized(reason:)`` where there is no replacement; a refresh is requested
    ///   only if its result can be stored.
    func renewed(
        after stale: Secret, until deadline: Deadline
    ) async throws(BackendError) -> Secret {
        if settings.hasToken { throw .unauthorized(reason: .environmentToken) }
        if let other = try replacement(for: stale) { return other }
        guard try credentials().stored.refresh != nil else {
            throw .unauthorized(reason: .rejected)
        }
        let renewal: Result<Secret, BackendError>
        do throws(CredentialsUnwritable) {
            renewal = try await renewedUnderLock(after: stale, until: deadline)
        } catch {
            throw .unauthorized(
                reason: .refreshNotStorable(path: error.path, reason: error.reason))
        }
        return try renewal.get()
    }

    private func renewedUnderLock(
        after stale: Secret, until deadline: Deadline
    ) async throws(CredentialsUnwritable) -> Result<Secret, BackendError> {
        let lock = try await CredentialsLock.acquire(file, until: deadline)
        defer { lock.release() }
        try file.adoptDraft(holding: lock)
        let old: Credentials
        let backend: ServiceURL
        do throws(BackendError) {
            if let other = try replacement(for: stale) { return .success(other) }
            (old, backend) = try credentials()
        } catch {
            return .failure(error)
        }
        guard let refresh = old.refresh else {
            return .failure(.unauthorized(reason: .rejected))
        }
        let draft = try CredentialsDraft(file, holding: lock)
        defer { draft.discard() }
        guard !Task.isCancelled, deadline.remaining > .zero else {
            return .failure(.unavailable(url: backend.description, reason: "no time was left"))
        }
        let exchanged = await exchanged(refresh, of: old, at: backend, into: draft)
        switch exchanged {
        case .success(let access):
            return .success(access)
        case .failure(.stored(let error)):
            return .failure(
                .unauthorized(
                    reason: .refreshNotStored(path: error.path, reason: error.reason)))
        case .failure(.asked(let error)):
            // A program that does not use the lock may have refreshed the token meanwhile.
            if case .unauthorized = error, let other = try? replacement(for: stale) {
                return .success(other)
            }
            return .failure(error)
        }
    }

    /// The half of an exchange that failed.
    private enum ExchangeError: Error {
        case asked(BackendError)
        case stored(CredentialsUnwritable)
    }

    /// Exchanges a refresh token and stores the new tokens.
    ///
    /// The backend invalidates the old refresh token when it receives the request; without the new tokens the
    /// login is lost. So neither the caller's cancellation nor its deadline interrupts the exchange, and the
    /// exit after a signal waits for it (``Transport/criticalSection``).
    private func exchanged(
        _ refresh: Secret, of old: Credentials, at backend: ServiceURL, into draft: CredentialsDraft
    ) async -> Result<Secret, ExchangeError> {
        transport.criticalSection.enter()
        let exchange = Task { () -> Result<Secret, ExchangeError> in
            defer { transport.criticalSection.leave() }
            let grant: TokenGrant
            do throws(BackendError) {
                grant = try await TokenEndpoint(backend: backend, transport: transport)
                    .refresh(refresh)
            } catch {
                return .failure(.asked(error))
            }
            var new = old
            new.token = .rotating(
                access: grant.access, refresh: grant.refresh ?? refresh,
                expiresAt: grant.expiry(from: system.now()))
            new.backend = backend
            do throws(CredentialsUnwritable) {
                try draft.store(new)
            } catch {
                return .failure(.stored(error))
            }
            return .success(grant.access)
        }
        return await exchange.value
    }

    /// The file's token, if it differs from `stale` and has not expired.
    private func replacement(for stale: Secret) throws(BackendError) -> Secret? {
        let credentials = try credentials().stored
        guard credentials.access != stale, !expires(credentials, within: 0) else { return nil }
        return credentials.access
    }

    /// The content of the file. Its tokens are added to the secrets that are removed from all text.
    func stored() throws(BackendError) -> Credentials? {
        let stored = try file.read()
        for secret in [stored?.access, stored?.refresh] {
            if let secret { transport.secrets.add(secret) }
        }
        return stored
    }

    private func credentials() throws(BackendError) -> (stored: Credentials, backend: ServiceURL) {
        let stored = try stored()
        let backend = try settings.backend(of: stored)
        guard let stored else { throw .notLoggedIn(backend: backend.description) }
        return (stored, backend)
    }

    private func expires(_ credentials: Credentials, within milliseconds: Int64) -> Bool {
        guard let expiresAt = credentials.expiresAt else { return false }
        return expiresAt <= system.now().adding(milliseconds: milliseconds)
    }
}

extension BackendError {
    /// Whether the old access token may still be valid after a refresh with this error.
    fileprivate var mayPass: Bool {
        switch self {
        case .unauthorized(.refreshNotStorable), .unauthorized(.refreshNotStored): true
        case .unauthorized(.rejected), .unauthorized(.refreshRefused),
            .unauthorized(.environmentToken), .notLoggedIn, .wrongBackend, .notFound, .conflict,
            .refused, .unavailable, .unreachable, .failed, .cancelled, .protocolViolation,
            .configuration:
            isTransient
        }
    }
}
