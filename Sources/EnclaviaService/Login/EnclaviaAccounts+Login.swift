import EnclaviaCore
import EnclaviaSystem

extension EnclaviaAccounts {
    /// Source: OAuth 2.1 code grant with PKCE (RFC 7636), for a native program (RFC 8252).
    ///
    /// Checks that the result can be stored before it opens the browser.
    package func login(
        _ request: LoginRequest, prompt: @escaping @Sendable (LoginPrompt) async -> Void
    ) async throws(LoginError) -> CompletedLogin {
        let backend = try backendForLogin()
        try await stored(nil)
        let state = Secret(ProofKey.randomText())
        let proof = ProofKey()
        let listener = try await CallbackListener(
            port: request.port, state: state, on: tokens.transport.eventLoops())
        let loginPrompt = LoginPrompt(
            url: Self.authorizeURL(backend, state, proof, redirect: listener.redirect),
            port: listener.port)
        // Do not await or cancel the prompt: opening a browser may block until it exits, and it must stay
        // open to show the last page.
        Task { await prompt(loginPrompt) }
        let outcome = await Self.outcome {
            () async throws(LoginError) in
            try await listener.response(withinSeconds: request.limitSeconds)
        }
        await listener.close()
        let code = try Self.code(try outcome.get(), backend)
        let grant = try await exchange(code, proof, redirect: listener.redirect, at: backend)
        var credentials = Credentials(
            access: grant.access, refresh: grant.refresh,
            expiresAt: grant.expiry(from: tokens.system.now()), backend: backend)
        var handleError: BackendError?
        do throws(BackendError) {
            let access = try await registryAccess(grant.access, at: backend)
            (credentials.handle, credentials.registry) = (access.handle, access.registry)
        } catch {
            // A rejected token means that the login failed; other errors do not.
            if error.isAboutCredentials { throw .backend(error) }
            handleError = error
        }
        try await stored(credentials)
        return CompletedLogin(
            account: account(credentials, at: backend), handleError: handleError)
    }

    private func backendForLogin() throws(LoginError) -> ServiceURL {
        // A malformed file is replaced; an unsafe one is an error when it is written.
        let present = try? tokens.file.read()
        do {
            return try tokens.settings.loginBackend(replacing: present)
        } catch {
            throw .backend(error)
        }
    }

    private static func authorizeURL(
        _ backend: ServiceURL, _ state: Secret, _ proof: ProofKey, redirect: String
    ) -> String {
        let query = PercentEncoding.form([
            ("response_type", "code"), ("client_id", AccessTokens.clientID),
            ("redirect_uri", redirect), ("state", state.reveal()),
            ("code_challenge", proof.challenge), ("code_challenge_method", "S256"),
        ])
        return "\(backend)/oauth/authorize?\(query)"
    }

    private static func code(
        _ response: CallbackResponse, _ backend: ServiceURL
    ) throws(LoginError) -> Secret {
        switch response {
        case .code(let code):
            return code
        case .error(code: "access_denied", let description):
            throw .denied(backend: backend.description, description: description)
        case .error(let code, let description):
            throw .authorizationFailed(code: code, description: description)
        }
    }

    private func exchange(
        _ code: Secret, _ proof: ProofKey, redirect: String, at backend: ServiceURL
    ) async throws(LoginError) -> TokenGrant {
        do throws(BackendError) {
            let secrets = tokens.transport.secrets
            let endpoint = TokenEndpoint(backend: backend, transport: tokens.transport)
            let response = try await endpoint.exchange(
                code: code, verifier: proof.verifier, redirect: redirect,
                until: Deadline(after: TokenEndpoint.limit))
            if (400..<500).contains(response.status), response.status != 429 {
                throw BackendError.refused(
                    status: response.status,
                    message: ResponseMessage.text(response, without: secrets) ?? "no reason given")
            }
            guard (200..<300).contains(response.status) else {
                throw BackendRefusal(
                    response, without: secrets, call: TokenEndpoint.callName, backend: backend
                ).error
            }
            return try endpoint.grant(response)
        } catch {
            guard case .refused(let status, let message) = error else { throw .backend(error) }
            throw .exchangeFailed(status: status, message: message)
        }
    }

    /// Requests the handle and the registry of the new account, with the new token, which is not stored yet.
    private func registryAccess(
        _ token: Secret, at backend: ServiceURL
    ) async throws(BackendError) -> RegistryAccess {
        let settings = ServiceSettings(
            configDirectory: tokens.settings.configDirectory, backendURL: backend.description,
            token: token.reveal())
        let service = EnclaviaBackend(
            settings: settings, transport: tokens.transport, system: tokens.system)
        do throws(BackendError) {
            return try await service.registryAccess()
        } catch .unauthorized {
            throw .unauthorized(reason: .rejected)
        }
    }

    /// Stores `credentials`; with `nil`, checks that they could be stored.
    private func stored(_ credentials: Credentials?) async throws(LoginError) {
        do throws(CredentialsUnwritable) {
            let lock = try await CredentialsLock.acquire(
                tokens.file, until: Deadline(after: .seconds(30)))
            defer { lock.release() }
            let draft = try CredentialsDraft(tokens.file, holding: lock)
            defer { draft.discard() }
            if let credentials { try draft.store(credentials) }
        } catch {
            throw .backend(.configuration(subject: error.path, reason: error.reason))
        }
    }

    private static func outcome<Value: Sendable>(
        _ body: () async throws(LoginError) -> Value
    ) async -> Result<Value, LoginError> {
        do throws(LoginError) {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }
}
