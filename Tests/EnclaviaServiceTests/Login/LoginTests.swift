import EnclaviaCore
import EnclaviaService
import FoundationEssentials
import Glibc
import Synchronization
import Testing

/// A login, with a plain HTTP client as the browser.
struct LoginTests {
    /// A backend that gives tokens for the code `c0de`, and only with the verifier.
    private static func reply(_ request: StubRequest) -> StubReply {
        switch request.path {
        case "/oauth/token":
            guard request.body.contains("code=c0de&"), request.body.contains("code_verifier=")
            else { return .json(#"{"error":"invalid_grant"}"#, status: 400) }
            return .json(
                #"{"access_token":"acc-1","refresh_token":"ref-1","expires_in":3600}"#)
        case "/me/registry":
            guard request.headers["Authorization"] == ["Bearer acc-1"] else {
                return .response(401)
            }
            return .json(#"{"registry_url":"r.example","namespace":"alice"}"#)
        default:
            return .response(404)
        }
    }

    /// Logs in to a stub; `browse` gets the fields of the login prompt.
    private func login(
        request: LoginRequest = LoginRequest(limitSeconds: 20), fixture: borrowing Fixture,
        backend: String,
        browse: @escaping @Sendable (PromptFields) async -> Void
    ) async -> Result<Account, LoginError> {
        let accounts = EnclaviaAccounts(
            settings: fixture.settings(backend: backend), transport: fixture.transport,
            system: fixture.system)
        do throws(LoginError) {
            return .success(
                try await accounts.login(request) { loginPrompt in
                    await browse(PromptFields(loginPrompt))
                }.account)
        } catch {
            return .failure(error)
        }
    }

    /// The parts of a login prompt.
    struct PromptFields: Sendable {
        let url: String
        let port: UInt16
        let fields: [String: String]

        init(_ loginPrompt: LoginPrompt) {
            url = loginPrompt.url
            port = loginPrompt.port
            let query = url.split(separator: "?", maxSplits: 1).last ?? ""
            fields = Dictionary(
                query.split(separator: "&").map { pair in
                    let parts = pair.split(separator: "=", maxSplits: 1)
                    return (String(parts[0]), String(parts[1]))
                }, uniquingKeysWith: { first, _ in first })
        }

        func callback(_ query: String) async -> String {
            await Browser.get(port: port, "/cb?\(query)")
        }
    }

    @Test func `a login uses PKCE and stores the tokens`() async throws {
        let fixture = try Fixture()
        let pages = Mutex<[String]>([])
        let seen = Mutex<PromptFields?>(nil)
        try await withStub(Self.reply) { stub in
            let result = await login(fixture: fixture, backend: stub.url + "/") { loginPrompt in
                seen.withLock { $0 = loginPrompt }
                var got: [String] = []
                got.append(await Browser.get(port: loginPrompt.port, "/favicon.ico"))
                got.append(await Browser.get(port: loginPrompt.port, "/cb"))
                got.append(
                    await loginPrompt.callback(
                        "code=c0de&state=\(loginPrompt.fields["state"] ?? "")"))
                pages.withLock { [got] in $0 = got }
            }
            let account = try result.get()
            #expect(account.handle == "alice" && account.backend == stub.url)
            #expect(
                account.kind == .rotating(expiresAt: Timestamp("2026-08-01T13:00:00Z")))
            #expect(
                try fixture.content()
                    == #"{"access_token":"acc-1","backend_url":"\#(stub.url)","#
                    + #""expires_at":"2026-08-01T13:00:00.000Z","handle":"alice","#
                    + #""refresh_token":"ref-1","registry":"r.example"}"# + "\n")
            #expect(account.registry == "r.example")
            let loginPrompt = try #require(seen.withLock { $0 })
            #expect(loginPrompt.url.hasPrefix("\(stub.url)/oauth/authorize?response_type=code&"))
            #expect(loginPrompt.fields["client_id"] == "enclavia-cli")
            #expect(loginPrompt.fields["code_challenge_method"] == "S256")
            #expect(
                loginPrompt.fields["redirect_uri"]
                    == "http%3A%2F%2F127.0.0.1%3A\(loginPrompt.port)%2Fcb")
            let body = try #require(stub.requests.first?.body)
            let verifier = body.split(separator: "code_verifier=").last.map(String.init) ?? ""
            #expect(verifier.utf8.count == 43)
            #expect(
                ProofKey(verifier: verifier).challenge == loginPrompt.fields["code_challenge"])
            for _ in 1...200 where pages.withLock(\.isEmpty) {
                try await Task.sleep(for: .milliseconds(10))
            }
            let got = pages.withLock { $0 }
            #expect(got.first?.hasPrefix("HTTP/1.1 404") == true)
            #expect(got.dropFirst().first?.hasPrefix("HTTP/1.1 404") == true)
            #expect(got.last?.hasPrefix("HTTP/1.1 200") == true)
            #expect(got.last?.contains("Return to the terminal") == true)
        }
        await fixture.transport.shutdown()
    }

    @Test(arguments: [
        ("error=access_denied&error_description=not+you%21&state=", "denied: not you!"),
        ("error=server_error&state=", "failed: server_error"),
        ("code=wrong&state=", "exchange: 400 invalid_grant"),
    ])
    func `each failure of a login has its own error`(_ query: String, _ failure: String)
        async throws
    {
        let fixture = try Fixture()
        try await withStub(Self.reply) { stub in
            let result = await login(fixture: fixture, backend: stub.url) { loginPrompt in
                _ = await loginPrompt.callback(
                    query.hasSuffix("state=")
                        ? query + (loginPrompt.fields["state"] ?? "") : query)
            }
            switch result {
            case .failure(.denied(backend: stub.url, let description)):
                #expect(failure == "denied: \(description ?? "")")
            case .failure(.authorizationFailed(let code, nil)):
                #expect(failure == "failed: \(code)")
            case .failure(.exchangeFailed(let status, let message)):
                #expect(failure == "exchange: \(status) \(message)")
            default:
                Issue.record("\(result)")
            }
            #expect(access(fixture.path, F_OK) != 0)
        }
        await fixture.transport.shutdown()
    }

    @Test func `a callback with another state does not end a login`() async throws {
        let fixture = try Fixture()
        let pages = Mutex<[String]>([])
        try await withStub(Self.reply) { stub in
            let result = await login(fixture: fixture, backend: stub.url) { loginPrompt in
                let strange = [
                    "code=evil&state=forged", "code=evil", "error=access_denied&state=forged",
                ]
                for query in strange {
                    let page = await loginPrompt.callback(query)
                    pages.withLock { $0.append(page) }
                }
                _ = await loginPrompt.callback(
                    "code=c0de&state=\(loginPrompt.fields["state"] ?? "")")
            }
            let account = try result.get()
            #expect(account.handle == "alice")
            #expect(stub.requests.count { $0.path == "/oauth/token" } == 1)
            #expect(pages.withLock { $0.allSatisfy { $0.hasPrefix("HTTP/1.1 404") } })
        }
        await fixture.transport.shutdown()
    }

    @Test(arguments: [400, 503])
    func `an error does not show a code or verifier that the backend repeats`(
        _ status: Int
    ) async throws {
        let fixture = try Fixture()
        let echo = Mutex("")
        try await withStub({ request in
            echo.withLock { $0 += request.body }
            return .json(#"{"error":"bad form: \#(request.body)"}"#, status: status)
        }) { stub in
            let code = "a+very/secret/"
            let result = await login(fixture: fixture, backend: stub.url) { loginPrompt in
                _ = await loginPrompt.callback(
                    "code=a%2Bvery%2Fsecret%2F&state=\(loginPrompt.fields["state"] ?? "")")
            }
            let verifier = echo.withLock { $0 }.split(separator: "code_verifier=").last
            let told = String(describing: result)
            #expect(verifier.map { told.contains($0) } == false)
            #expect(!told.contains(code) && !told.contains("a%2Bvery%2Fsecret%2F"))
            guard case .failure = result else {
                Issue.record("\(told)")
                return
            }
        }
        await fixture.transport.shutdown()
    }

    @Test func `a login fails after the time limit, or if the port is in use`() async throws {
        let fixture = try Fixture()
        try await withStub(Self.reply) { stub in
            let request = LoginRequest(limitSeconds: 1)
            let late = await login(request: request, fixture: fixture, backend: stub.url) { _ in }
            #expect(late == .failure(.timedOut(seconds: 1, mismatchedResponses: 0)))
            let port = UInt16(stub.port)
            let taken = await login(
                request: LoginRequest(port: port), fixture: fixture, backend: stub.url
            ) { _ in }
            #expect(taken == .failure(.portTaken(port: port)))
        }
        await fixture.transport.shutdown()
    }

    @Test func `no login is started if its result could not be stored`() async throws {
        let fixture = try Fixture()
        #expect(mkdir(fixture.directory, 0o700) == 0)
        #expect(symlink("/nowhere", fixture.path) == 0)
        let isPrompted = Mutex(false)
        let result = await login(fixture: fixture, backend: "http://127.0.0.1:1") { _ in
            isPrompted.withLock { $0 = true }
        }
        #expect(
            result
                == .failure(
                    .backend(
                        .configuration(
                            subject: fixture.path,
                            reason: "is a symbolic link, which is never replaced"))))
        #expect(isPrompted.withLock { $0 } == false)
        await fixture.transport.shutdown()
    }

    @Test func `a cancelled login ends at once`() async throws {
        let fixture = try Fixture()
        let accounts = EnclaviaAccounts(
            settings: fixture.settings(backend: "http://127.0.0.1:1"),
            transport: fixture.transport, system: fixture.system)
        let (prompts, prompt) = AsyncStream.makeStream(of: LoginPrompt.self)
        let task = Task { () async -> LoginError? in
            await errorOf { () async throws(LoginError) in
                try await accounts.login(LoginRequest()) { prompt.yield($0) }
            }
        }
        // From then on the login waits for the browser's callback.
        for await _ in prompts { break }
        task.cancel()
        #expect(await task.value == .cancelled)
        await fixture.transport.shutdown()
    }

    /// The example of RFC 7636, appendix B.
    @Test func `a challenge is the hash of its verifier`() {
        #expect(
            ProofKey(verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").challenge
                == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    }
}
