import EnclaviaCore
import EnclaviaSystem

extension Credentials {
    /// The registry of the backend that the credentials belong to; `nil` where either is not known, or where no
    /// command would correct the name after it has changed.
    var knownRegistry: String? { isOfLogin && backend != nil ? registry : nil }

    /// Whether a login of this program stored them; a person wrote those with a long-lived token.
    fileprivate var isOfLogin: Bool {
        guard case .rotating(_, _?, _) = token else { return false }
        return true
    }
}

extension AccessTokens {
    /// The registry that the backend named last, known without a request; `nil` where it is not known, or where
    /// the name could not be corrected after the backend's registry has changed.
    ///
    /// - Throws: ``BackendError/notLoggedIn(backend:)`` where there are no credentials, and as ``backend()``.
    func knownRegistry() throws(BackendError) -> String? {
        if settings.hasToken {
            _ = try settings.backend(of: nil)
            return nil
        }
        let stored = try stored()
        let backend = try settings.backend(of: stored)
        guard let stored else { throw .notLoggedIn(backend: backend.description) }
        guard let registry = stored.knownRegistry, file.isReplaceable else { return nil }
        return registry
    }

    /// Corrects the stored registry after the backend has named another one.
    func correct(_ registry: String) async {
        guard !settings.hasToken, let known = (try? stored())?.knownRegistry, known != registry
        else { return }
        await remember(registry)
    }

    /// Stores the registry with the credentials of a login, if another or none is stored.
    ///
    /// A failure is not reported: ``knownRegistry()`` takes no name from a file that cannot be replaced, so the next
    /// question about another registry takes a request.
    func remember(_ registry: String) async {
        guard !settings.hasToken, let old = try? stored(), old.isOfLogin, old.backend != nil,
            old.registry != registry
        else { return }
        do throws(CredentialsUnwritable) {
            let lock = try await CredentialsLock.acquire(file, until: Deadline(after: .seconds(5)))
            defer { lock.release() }
            try file.adoptDraft(holding: lock)
            // Another process may have refreshed the token meanwhile, or logged in elsewhere.
            guard var new = try? stored(), new.isOfLogin, new.backend == old.backend else { return }
            new.registry = registry
            let draft = try CredentialsDraft(file, holding: lock)
            defer { draft.discard() }
            try draft.store(new)
        } catch {
            // The credentials are as they were.
        }
    }
}
