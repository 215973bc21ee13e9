import EnclaviaSandbox
import Foundation
import Testing

/// The effects of a push notification.
@Suite(.services, .serialized)
struct NotifyTests {
    func create(_ body: String) async throws -> String {
        let reply = try await Caller.loggedIn().post("/enclaves", json: body)
        #expect(reply.status == 201)
        return try #require(reply["id"]?.text)
    }

    func notify(
        _ image: String, extra: String = "", key: String = UUID().uuidString
    ) async throws -> Caller.Reply {
        try await Caller.loggedIn().post(
            "/me/registry/push-notify",
            json: #"{"image": "\#(try Current.get().registry)/\#(image)"\#(extra)}"#,
            headers: ["Idempotency-Key": key])
    }

    func status(_ id: String) async throws -> String? {
        try await Caller.loggedIn().get("/enclaves/\(id)")["status"]?.text
    }

    @Test func `an enclave waits for its image, is built, and runs`() async throws {
        let id = try await create(#"{"image": "alice/one:v1", "instance_type": "small"}"#)
        #expect(try await status(id) == "waiting_for_image")
        let other = try await notify("alice/one:v2")
        #expect(other["matched"] == .integer(0))
        #expect(other["triggered"] == .array([]))
        let reply = try await notify("alice/one:v1", extra: #", "digest": "sha256:00""#)
        #expect(reply["matched"] == .integer(1))
        #expect(reply["triggered"] == .array([.string(id)]))
        try await expectEventually("the enclave runs") { try await status(id) == "running" }
        let row = try await Caller.loggedIn().get("/enclaves/\(id)")
        #expect(row["endpoint"]?.text?.contains(id) == true)
        #expect(row["pcrs"]?[key: "pcr0"]?.text?.count == 96)
        let logs = try await Caller.loggedIn().get("/enclaves/\(id)/logs")
        #expect(logs["build_log"]?.text?.contains("alice/one:v1") == true)
    }

    @Test func `a repeated key has one effect and the same answer`() async throws {
        let id = try await create(#"{"image": "two"}"#)
        let first = try await notify("alice/two:latest", key: "a key")
        try await expectEventually("the enclave runs") { try await status(id) == "running" }
        let second = try await notify("alice/two:latest", key: "a key")
        #expect(first.bytes == second.bytes)
        #expect(try await status(id) == "running")
        let other = try await notify("alice/two:v9", key: "a key")
        #expect(other.status == 422)
    }

    @Test func `an upgrade of a running enclave is staged if it is upgradable, else rejected`()
        async throws
    {
        let fixed = try await create(#"{"image": "alice/three:v1"}"#)
        let open = try await create(#"{"image": "alice/three:v1", "upgradable": true}"#)
        _ = try await notify("alice/three:v1")
        try await expectEventually("both run") {
            let both = [try await status(fixed), try await status(open)]
            return both == ["running", "running"]
        }
        let reply = try await notify("alice/three:v1")
        #expect(reply["matched"] == .integer(2))
        #expect(reply["triggered"] == .array([]))
        #expect(reply["rejected_non_upgradable"] == .array([.string(fixed)]))
        let staged = try #require(reply["staged"]?.elements)
        #expect(staged.count == 1)
        #expect(staged.first?[key: "enclave_id"] == .string(open))
        #expect(staged.first?[key: "upgrade_id"]?.text?.isEmpty == false)
    }

    @Test func `an enclave's own id matches it alone`() async throws {
        let id = try await create(#"{"image": "alice/four:v1"}"#)
        _ = try await create(#"{"image": "alice/four:v1"}"#)
        let reply = try await notify("alice/\(id):v1", extra: #", "enclave_id": "\#(id)""#)
        #expect(reply["triggered"] == .array([.string(id)]))
    }

    @Test func `a notification whose answer is lost counts, and its retry triggers nothing`()
        async throws
    {
        let caller = try Caller.loggedIn()
        let id = try await create(#"{"image": "alice/five:v1"}"#)
        try await caller.setFaults(#"{"notify": "lost-answer*1"}"#)
        await #expect(throws: (any Error).self) { try await notify("alice/five:v1", key: "five") }
        try await expectEventually("the enclave runs") { try await status(id) == "running" }
        let retry = try await notify("alice/five:v1", key: "five")
        #expect(retry["triggered"] == .array([.string(id)]))
        #expect(try await status(id) == "running")
    }

    @Test func `a build can fail`() async throws {
        let caller = try Caller.loggedIn()
        let id = try await create(#"{"image": "alice/six:v1"}"#)
        try await caller.setFaults(#"{"enclave": "error*1"}"#)
        _ = try await notify("alice/six:v1")
        try await expectEventually("the build fails") { try await status(id) == "error" }
        let row = try await caller.get("/enclaves/\(id)")
        #expect(row["error_message"]?.text?.isEmpty == false)
    }

    @Test func `a notification without an image is refused`() async throws {
        let reply = try await Caller.loggedIn().post("/me/registry/push-notify")
        #expect(reply.status == 422)
    }
}
