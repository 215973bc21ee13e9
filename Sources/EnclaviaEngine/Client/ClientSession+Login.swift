import EnclaviaCore

// The login of a push, and where the client stores the credentials.

extension ClientSession {
    func login(handle: String, password: Secret) async throws(EngineError) {
        guard program.dialect == .docker else { return try await logIn(handle, password) }
        let stored = StoredLogin(
            registry: registry, privateDirectory: directory.path, userDirectories: userDirectories)
        do throws(EngineError) {
            try await logIn(handle, password)
        } catch {
            // The client may have stored the password before it failed.
            if stored.strayFile(of: handle, password) != nil {
                _ = await undo(stored, handle, password)
            }
            throw error
        }
        guard !stored.isPrivate else { return }
        // Another program under Docker's name may store credentials in a different place.
        if stored.strayFile(of: handle, password) == nil {
            guard try await isDocker() else { return }
        }
        throw .ignoresConfiguration(
            client: program.path, registry: registry,
            await undo(stored, handle, password))
    }

    private func isDocker() async throws(EngineError) -> Bool {
        try await command(["--version"]).collect().output.starts(with: "Docker version".utf8)
    }

    /// Logs out after a login that the client stored outside the private configuration. Cancellation does not
    /// interrupt the logout.
    private func undo(
        _ stored: StoredLogin, _ handle: String, _ password: Secret
    ) async -> LoginTrace {
        let file = stored.strayFile(of: handle, password)
        if let file, stored.hadEntry(in: file) { return .replaced(path: file) }
        if file == nil, stored.hadEntry { return .unknown }
        let logout = command(["logout", "--", registry])
        let ended = await Task {
            await result { () async throws(EngineError) in try await logout.collect() }
        }.value
        if let left = stored.strayFile(of: handle, password) { return .left(path: left) }
        guard case .success(let outcome) = ended, outcome.isSuccess else { return .unknown }
        return .removed
    }

    private func logIn(_ handle: String, _ password: Secret) async throws(EngineError) {
        let login = command(
            ["login"] + podmanOptions + ["--username", handle, "--password-stdin", "--", registry])
        let outcome = try await login.collect(input: password)
        guard outcome.isSuccess else {
            if PushRefusal.isTransient(outcome.tail, of: nil) {
                throw .busy(
                    name: registry, output: outcome.tail,
                    retryAfter: PushRefusal.retryAfter(outcome.tail))
            }
            throw .loginFailed(registry: registry, output: outcome.tail)
        }
    }
}
