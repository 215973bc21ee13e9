import Crypto
import EnclaviaSandbox
import Foundation
import Testing

/// `/me/registry` and its tokens.
@Suite(.services, .serialized)
struct AccountTests {
    @Test func `the account has the registry and its credentials`() async throws {
        let reply = try await Caller.loggedIn().get("/me/registry")
        #expect(reply.status == 200)
        #expect(reply["namespace"] == .string("alice"))
        #expect(reply["registry_url"] == .string(try Current.get().registry))
        #expect(reply["expires_in"] == .integer(300))
        #expect(reply["token"]?.text?.isEmpty == false)
    }

    @Test func `an unknown, missing or expired token is refused`() async throws {
        let base = try Current.get().backendURL
        for authorization in [nil, "Bearer nonsense", "Basic YTpi"] {
            let caller = Caller(base: base, authorization: authorization)
            #expect(try await caller.get("/me/registry").status == 401)
        }
        let token = try #require(
            try await Caller.anonymous().post("/_sandbox/tokens")["access_token"]?.text)
        let caller = Caller(base: base, authorization: "Bearer \(token)")
        #expect(try await caller.get("/me/registry").status == 200)
        #expect(try await caller.post("/_sandbox/expire").status == 204)
        #expect(try await caller.get("/me/registry").status == 401)
    }

    @Test func `a long-lived token expires only when it is expired explicitly`() async throws {
        let issued = try await Caller.anonymous().post(
            "/_sandbox/tokens", json: #"{"long_lived": true}"#)
        let token = try #require(issued["token"]?.text)
        let caller = Caller(
            base: try Current.get().backendURL, authorization: "Bearer \(token)")
        _ = try await caller.post("/_sandbox/expire")
        #expect(try await caller.get("/me/registry").status == 200)
        _ = try await caller.post("/_sandbox/expire", json: #"{"long_lived": true}"#)
        #expect(try await caller.get("/me/registry").status == 401)
    }

    @Test func `the log identifies the caller and never has the token`() async throws {
        let caller = try await Fresh.caller()
        _ = try await caller.delete("/_sandbox/log")
        _ = try await caller.call("GET", "/me/registry", headers: ["User-Agent": "tester/1"])
        let reply = try await caller.get("/_sandbox/log?path=/me")
        let entry = try #require(reply.json?.elements?.first)
        let authorization = try #require(caller.authorization)
        let hash = SHA256.hash(data: Data(authorization.utf8))
            .map { String(format: "%02x", $0) }.joined()
        #expect(entry[key: "authorization_sha256"] == .string(hash))
        #expect(entry[key: "authorization"] == .string("bearer"))
        #expect(entry[key: "user_agent"] == .string("tester/1"))
        #expect(entry[key: "status"] == .integer(200))
        let text = String(decoding: reply.bytes, as: UTF8.self)
        #expect(!text.contains(authorization.dropFirst("Bearer ".count)))
    }
}

/// Callers with tokens of their own, for tests that expire tokens.
enum Fresh {
    static func caller() async throws -> Caller {
        let issued = try await Caller.anonymous().post("/_sandbox/tokens")
        let token = try #require(issued["access_token"]?.text)
        return Caller(base: try Current.get().backendURL, authorization: "Bearer \(token)")
    }
}
