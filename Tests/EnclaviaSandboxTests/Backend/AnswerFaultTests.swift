import EnclaviaSandbox
import Testing

/// Every kind of wrong answer, as a client sees it.
@Suite(.services, .serialized)
struct AnswerFaultTests {
    func ask(_ fault: String, within limit: Duration = .seconds(20)) async throws -> Caller.Reply {
        let caller = try Caller.loggedIn()
        try await caller.setFaults(#"{"me": "\#(fault)*1"}"#)
        return try await caller.call("GET", "/me/registry", within: limit)
    }

    @Test(arguments: [("500", 500), ("429", 429), ("503", 503), ("403", 403), ("404", 404)])
    func `a fault can answer with a status`(fault: String, status: Int) async throws {
        let reply = try await ask(fault)
        #expect(reply.status == status)
        #expect((reply.headers["retry-after"] != nil) == [429, 503].contains(status))
    }

    @Test(arguments: ["reset", "lost-answer", "truncated"])
    func `a broken connection is a transport error`(fault: String) async throws {
        await #expect(throws: (any Error).self) { try await ask(fault) }
    }

    @Test(arguments: ["hang", "drip"])
    func `an endless answer runs into the client's time limit`(fault: String) async throws {
        await #expect(throws: (any Error).self) {
            try await ask(fault, within: .milliseconds(400))
        }
    }

    @Test func `garbage is not JSON, and an empty answer has no body`() async throws {
        #expect(try await ask("garbage").json == nil)
        let empty = try await ask("empty")
        #expect(empty.status == 200)
        #expect(empty.bytes.isEmpty)
    }

    @Test func `a huge answer has 64 MiB`() async throws {
        #expect(try await ask("huge").bytes.count > 64 << 20)
    }

    @Test func `a redirect names this path on another host`() async throws {
        let reply = try await ask("redirect")
        #expect(reply.status == 307)
        let location = try #require(reply.headers["location"])
        #expect(location.hasPrefix("http://localhost:"))
        #expect(location.hasSuffix("/me/registry"))
    }

    @Test func `types, fields and texts can be wrong`() async throws {
        let wrong = try await ask("wrong-type")
        #expect(wrong["namespace"] == .integer(7))
        #expect(wrong["expires_in"] == .string("seven"))
        #expect(try await ask("missing-field").json == .object([:]))
        let hostile = try await ask("hostile")
        #expect(hostile["namespace"]?.text?.contains("\u{1b}") == true)
        let long = try await ask("long")
        #expect(long["namespace"]?.text?.utf8.count == "alice".utf8.count + (1 << 20))
    }

    @Test func `an echo repeats what it was sent, in several encodings and at length`()
        async throws
    {
        let caller = try Caller.loggedIn()
        let reply = try await ask("echo")
        #expect(reply.status == 400)
        #expect(reply.bytes.count > 65_536)
        let words = try #require(reply["error"]?.text)
        #expect(words.contains(try #require(caller.authorization)))
        #expect(words.contains("%2d") && words.contains("\\u002d"))
    }

    @Test func `the answer can lack a token, so that the access token is the password`()
        async throws
    {
        let reply = try await ask("no-token")
        #expect(reply["token"] == nil)
        #expect(reply["namespace"] == .string("alice"))
    }

    @Test func `every access token can count as expired`() async throws {
        let caller = try Caller.loggedIn()
        try await caller.setFaults(#"{"access": "expired*1"}"#)
        #expect(try await caller.get("/me/registry").status == 401)
        #expect(try await caller.get("/me/registry").status == 200)
    }

    @Test func `a request that hangs is in the log without a status`() async throws {
        let caller = try Caller.loggedIn()
        _ = try await caller.delete("/_sandbox/log")
        _ = try? await ask("hang", within: .milliseconds(100))
        let entry = try #require(try await caller.get("/_sandbox/log").json?.elements?.first)
        #expect(entry[key: "status"] == .null)
    }

    @Test func `a hanging connection is closed when the faults are replaced`() async throws {
        let caller = try Caller.loggedIn()
        try await caller.setFaults(#"{"me": "hang*1"}"#)
        let began = ContinuousClock.now
        let hanging = Task { try await caller.call("GET", "/me/registry", within: .seconds(60)) }
        try await expectEventually("the fault is used") {
            try await caller.get("/_sandbox/faults").json == .object([:])
        }
        // The request may begin to hang a moment later.
        let replacing = Task {
            while true {
                try await caller.setFaults("{}")
                try await Task.sleep(for: .milliseconds(25))
            }
        }
        defer { replacing.cancel() }
        await #expect(throws: (any Error).self) { try await hanging.value }
        #expect(began.duration(to: .now) < .seconds(30))
    }

    @Test func `faults are replaced, listed, and cleared`() async throws {
        let caller = try Caller.loggedIn()
        try await caller.setFaults(#"{"me": "500*2", "notify": 503}"#)
        let state = try await caller.get("/_sandbox/state")
        #expect(
            state["faults"]
                == .object(["me": .string("500*2"), "notify": .string("503")]))
        try await caller.setFaults("{}")
        #expect(try await caller.get("/_sandbox/faults").json == .object([:]))
        let wrong = try await caller.post("/_sandbox/faults", json: #"{"me": "sulk"}"#)
        #expect(wrong.status == 400)
        #expect(wrong["message"]?.text?.contains("me does not support the fault") == true)
    }
}
