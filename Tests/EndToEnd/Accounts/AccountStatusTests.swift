import Foundation
import TestSupport
import Testing

@Suite(.serialized)
struct AccountStatusTests {
    private static let shared = Task { try await Sandbox.start(engine: false) }

    private func sandbox() async throws -> Sandbox { try await Self.shared.value }

    @Test func `auth status contacts the backend only with --remote`() async throws {
        let sandbox = try await sandbox()
        try await sandbox.clearLog()
        let local = try await sandbox.enclavia("auth", "status", "--json")
        #expect(local.status == 0)
        #expect(try local.object()["registry"] is NSNull)
        #expect(try await sandbox.log().isEmpty)
        let remote = try await sandbox.enclavia("auth", "status", "--remote", "--json")
        #expect(try remote.object()["handle"] as? String == "alice")
        #expect(try remote.object()["registry"] as? String == sandbox.registry)
        #expect(try await sandbox.log().count == 1)
    }

    @Test func `--remote finds credentials that the backend refuses`() async throws {
        let sandbox = try await sandbox()
        let status = try await sandbox.enclavia(
            "auth", "status", "--remote", "--json",
            environment: ["ENCLAVIA_TOKEN": "no-token-of-yours"])
        #expect(status.status == 77)
        #expect(try status.object()["kind"] as? String == "unauthorized")
        #expect(!status.out.contains("no-token-of-yours"))
    }

    @Test func `a token in the environment overrides the file and is shown as the source`()
        async throws
    {
        let sandbox = try await sandbox()
        let status = try await sandbox.enclavia(
            "auth", "status", "--json", environment: ["ENCLAVIA_TOKEN": "anything"])
        #expect(try status.object()["source"] as? String == "environment")
        #expect(try status.object()["rotates"] as? Bool == false)
        #expect(try status.object()["expires_at"] is NSNull)
    }

    @Test
    func `ENCLAVIA_TOKEN may hold the content of a credentials file that does not rotate`()
        async throws
    {
        let sandbox = try await sandbox()
        let file = try String(contentsOfFile: sandbox.credentialsFile, encoding: .utf8)
        let stored = try JSONSerialization.jsonObject(with: Data(file.utf8)) as? [String: Any]
        let token = try #require(stored?["access_token"] as? String)
        let taken = try await sandbox.enclavia(
            "auth", "status", "--remote", "--json",
            environment: ["ENCLAVIA_TOKEN": "{\"token\": \"\(token)\"}\r\n"])
        #expect(taken.status == 0, "\(taken.err)")
        #expect(try taken.object()["handle"] as? String == "alice")
        #expect(!taken.out.contains(token) && !taken.err.contains(token))

        try await sandbox.clearLog()
        let refused = try await sandbox.enclavia(
            "auth", "status", "--remote", "--json", environment: ["ENCLAVIA_TOKEN": file])
        #expect(refused.status == 78)
        #expect(try refused.object()["kind"] as? String == "config")
        #expect(
            refused.out.contains("ENCLAVIA_TOKEN: contains credentials that change with each use"))
        #expect(!refused.out.contains(token) && !refused.err.contains(token))
        #expect(try await sandbox.log().isEmpty)
    }

    @Test(arguments: [("x", true), (" \n", false), ("", false)])
    func `a logout warns if ENCLAVIA_TOKEN still holds a token`(
        _ token: String, _ isWarned: Bool
    ) async throws {
        let folder = try Folder()
        let logout = try await sandbox().enclavia(
            "auth", "logout",
            environment: ["XDG_CONFIG_HOME": folder.path, "ENCLAVIA_TOKEN": token])
        #expect(logout.status == 0)
        #expect(logout.err.contains("warning: ENCLAVIA_TOKEN is still set") == isWarned)
    }

    @Test func `auth status warns of rotating credentials in CI`() async throws {
        let sandbox = try await sandbox()
        let inCI = try await sandbox.enclavia("auth", "status", environment: ["CI": "true"])
        #expect(inCI.status == 0)
        #expect(inCI.err.contains("warning: "))
        #expect(inCI.err.contains("ENCLAVIA_TOKEN"))
        let elsewhere = try await sandbox.enclavia("auth", "status", environment: ["CI": ""])
        #expect(!elsewhere.err.contains("warning: "))
    }

    @Test(arguments: ["not JSON", "[]", "{\"access_token\": 7}"])
    func `a malformed credentials file is a configuration error`(text: String) async throws {
        let folder = try Folder()
        try folder.write(text, to: "enclavia/credentials.json")
        let status = try await sandbox().enclavia(
            "auth", "status", "--json", environment: ["XDG_CONFIG_HOME": folder.path])
        #expect(status.status == 78)
        #expect(try status.object()["kind"] as? String == "config")
    }

    @Test func `a group without a verb shows its help, and fails with JSON`() async throws {
        let help = try await sandbox().enclavia("auth")
        #expect(help.status == 0)
        #expect(help.out.contains("login"))
        let json = try await sandbox().enclavia("auth", "--json")
        #expect(json.status == 64)
        #expect(try json.object()["kind"] as? String == "usage")
    }
}
