import EnclaviaSandbox
import Testing

/// The states of an enclave, as its owner changes them.
@Suite(.services, .serialized)
struct EnclaveTests {
    func seed(_ status: String) async throws -> String {
        let reply = try await Caller.loggedIn().post(
            "/_sandbox/enclaves", json: #"{"image": "alice/app", "status": "\#(status)"}"#)
        return try #require(reply["id"]?.text)
    }

    @Test func `stop, start and restart change the state`() async throws {
        let caller = try Caller.loggedIn()
        let id = try await seed("running")
        for (action, expected) in [("stop", "stopped"), ("start", "running")] {
            let reply = try await caller.post("/enclaves/\(id)/\(action)")
            #expect(reply.status == 202)
            #expect(reply.bytes.isEmpty)
            #expect(try await caller.get("/enclaves/\(id)")["status"] == .string(expected))
        }
        _ = try await caller.post("/enclaves/\(id)/restart")
        try await expectEventually("it runs again") {
            try await caller.get("/enclaves/\(id)")["status"] == .string("running")
        }
    }

    @Test func `an action that the state does not allow is a conflict`() async throws {
        let caller = try Caller.loggedIn()
        let id = try await seed("waiting_for_image")
        for action in ["start", "stop", "restart"] {
            #expect(try await caller.post("/enclaves/\(id)/\(action)").status == 409)
        }
    }

    @Test func `a destroyed enclave is listed only among the archived`() async throws {
        let caller = try Caller.loggedIn()
        let id = try await seed("running")
        #expect(try await caller.delete("/enclaves/\(id)").status == 204)
        #expect(try await caller.delete("/enclaves/\(id)").status == 404)
        func ids(_ path: String) async throws -> [String] {
            try await caller.get(path).json?.elements?.compactMap { $0[key: "id"]?.text } ?? []
        }
        #expect(try await !ids("/enclaves").contains(id))
        #expect(try await ids("/enclaves?archived=all").contains(id))
        #expect(try await caller.get("/enclaves/\(id)")["archived"] == .bool(true))
    }

    @Test func `an unknown enclave is not found`() async throws {
        let caller = try Caller.loggedIn()
        #expect(try await caller.get("/enclaves/none").status == 404)
        #expect(try await caller.get("/enclaves/none/logs").status == 404)
        #expect(try await caller.post("/enclaves/none/stop").status == 404)
    }

    @Test(arguments: [
        #"{"instance_type": "small"}"#, #"{"image": "a", "instance_type": "giant"}"#,
        #"{"image": "a", "storage_size_bytes": 134217727}"#,
    ])
    func `an invalid request for an enclave is refused with a message`(body: String) async throws {
        let reply = try await Caller.loggedIn().post("/enclaves", json: body)
        #expect(reply.status == 422)
        #expect(reply["message"]?.text?.isEmpty == false)
    }
}

/// Builds that last longer than a test.
@Suite(.slowBuilds, .serialized)
struct BuildTimeTests {
    @Test func `an enclave is being built until the build time is over`() async throws {
        let caller = try Caller.loggedIn()
        let id = try #require(
            try await caller.post("/enclaves", json: #"{"image": "app:v1"}"#)["id"]?.text)
        let image = #"{"image": "\#(try Current.get().registry)/alice/app:v1"}"#
        for _ in 0..<2 {
            let reply = try await caller.post("/me/registry/push-notify", json: image)
            #expect(reply["triggered"] == .array([.string(id)]))
            #expect(try await caller.get("/enclaves/\(id)")["status"] == .string("building"))
        }
        #expect(try await caller.post("/enclaves/\(id)/stop").status == 202)
        #expect(try await caller.post("/enclaves/\(id)/restart").status == 202)
        #expect(try await caller.get("/enclaves/\(id)")["status"] == .string("building"))
    }
}
