import Crypto
import EnclaviaSandbox
import Foundation
import Testing

/// The code grant with PKCE, as a command-line client uses it.
@Suite(.services, .serialized)
struct OAuthTests {
    static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    static let redirect = "http://127.0.0.1:4567/cb"

    static func authorizePath(
        client: String = "enclavia-cli", redirect: String = redirect, method: String = "S256"
    ) -> String {
        let challenge = Data(SHA256.hash(data: Data(verifier.utf8))).base64EncodedString()
            .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
        return "/oauth/authorize?response_type=code&client_id=\(client)&redirect_uri=\(redirect)"
            + "&state=a%20state&code_challenge=\(challenge)&code_challenge_method=\(method)"
    }

    func code(_ caller: Caller) async throws -> String {
        let reply = try await caller.get(Self.authorizePath())
        let location = try #require(URLComponents(string: reply.headers["location"] ?? ""))
        return try #require(location.queryItems?.first { $0.name == "code" }?.value)
    }

    func redeem(
        _ code: String, verifier: String = verifier, redirect: String = redirect, _ caller: Caller
    ) async throws -> Caller.Reply {
        try await caller.post(
            "/oauth/token",
            form: [
                "grant_type": "authorization_code", "code": code, "code_verifier": verifier,
                "redirect_uri": redirect, "client_id": "enclavia-cli",
            ])
    }

    @Test func `approval redirects to the loopback with code and state`() async throws {
        let reply = try await Caller.anonymous().get(Self.authorizePath())
        #expect(reply.status == 302)
        let location = try #require(URLComponents(string: reply.headers["location"] ?? ""))
        #expect(location.port == 4567)
        #expect(location.path == "/cb")
        #expect(location.queryItems?.first { $0.name == "state" }?.value == "a state")
    }

    @Test func `a code gives tokens for the backend, once`() async throws {
        let caller = try Caller.anonymous()
        let code = try await code(caller)
        let first = try await redeem(code, caller)
        #expect(first.status == 200)
        #expect(first["expires_in"] == .integer(3600))
        let token = try #require(first["access_token"]?.text)
        let loggedIn = Caller(base: caller.base, authorization: "Bearer \(token)")
        #expect(try await loggedIn.get("/me/registry").status == 200)
        let second = try await redeem(code, caller)
        #expect(second.status == 400)
        #expect(second["error"] == .string("invalid_grant"))
    }

    @Test func `a code is refused with another verifier or redirect`() async throws {
        let caller = try Caller.anonymous()
        let wrongVerifier = try await redeem(try await code(caller), verifier: "other", caller)
        #expect(wrongVerifier["error"] == .string("invalid_grant"))
        let wrongRedirect = try await redeem(
            try await code(caller), redirect: "http://127.0.0.1:1/cb", caller)
        #expect(wrongRedirect["error"] == .string("invalid_grant"))
    }

    @Test(arguments: [
        "http://localhost:4567/cb", "https://127.0.0.1:4567/cb", "http://127.0.0.1/cb",
        "http://127.0.0.1:4567/other", "http://example.com:80/cb",
    ])
    func `a redirect that is not the loopback callback is refused`(redirect: String) async throws {
        let reply = try await Caller.anonymous().get(Self.authorizePath(redirect: redirect))
        #expect(reply.status == 400)
    }

    @Test func `another client and plain PKCE are refused`() async throws {
        let caller = try Caller.anonymous()
        #expect(try await caller.get(Self.authorizePath(client: "someone")).status == 400)
        let plain = try await caller.get(Self.authorizePath(method: "plain"))
        #expect(plain.headers["location"]?.contains("error=invalid_request") == true)
    }

    @Test func `a refresh token works once`() async throws {
        let caller = try Caller.anonymous()
        let issued = try await caller.post("/_sandbox/tokens")
        let form = [
            "grant_type": "refresh_token",
            "refresh_token": try #require(issued["refresh_token"]?.text),
        ]
        let first = try await caller.post("/oauth/token", form: form)
        #expect(first.status == 200)
        #expect(first["refresh_token"] != issued["refresh_token"])
        let second = try await caller.post("/oauth/token", form: form)
        #expect(second.status == 400)
        #expect(second["error"] == .string("invalid_grant"))
    }

    @Test func `consent and refresh can be refused, the state can be wrong`() async throws {
        let caller = try Caller.anonymous()
        try await caller.setFaults(#"{"authorize": "refused"}"#)
        let denied = try await caller.get(Self.authorizePath())
        #expect(denied.headers["location"]?.contains("error=access_denied") == true)
        try await caller.setFaults(#"{"authorize": "bad-state", "refresh": "refused"}"#)
        let bad = try await caller.get(Self.authorizePath())
        #expect(bad.headers["location"]?.contains("state=another-state") == true)
        let issued = try await caller.post("/_sandbox/tokens")
        let refresh = try #require(issued["refresh_token"]?.text)
        let refused = try await caller.post(
            "/oauth/token", form: ["grant_type": "refresh_token", "refresh_token": refresh])
        #expect(refused.status == 400)
        try await caller.setFaults("{}")
    }
}
