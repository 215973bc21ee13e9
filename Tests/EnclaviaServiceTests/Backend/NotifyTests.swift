import EnclaviaCore
import EnclaviaService
import Testing

/// `POST /me/registry/push-notify`, and how often it is tried.
struct NotifyTests {
    static let delivered = #"{"matched": 1, "triggered": ["e1"], "news": {"ignored": [1]}}"#

    @Test func `a notification names the push, once for each key`() async throws {
        let fixture = try Fixture()
        try await withStub({ _ in .json(Self.delivered) }) { stub in
            let note = try notification(stub.url, key: "id/2")
            let reply = await fixture.backend(stub.url, token: "t0ken").notify(note)
            #expect(try reply.result.get() == NotifyResponse(matched: 1, triggered: ["e1"]))
            #expect(reply.attempts == 1)
            let request = try #require(stub.requests.first)
            #expect(request.uri == "/me/registry/push-notify")
            #expect(request.headers["Idempotency-Key"] == ["id/2"])
            #expect(request.headers["Authorization"] == ["Bearer t0ken"])
            #expect(request.headers["User-Agent"] == ["enclavia/1.2.3"])
            #expect(
                request.body
                    == #"{"digest":"\#(note.digest)","image":"registry.example.com/alice/app:v1","#
                    + #""push_id":"\#(note.pushID)"}"#)
        }
        await fixture.transport.shutdown()
    }

    /// A login may replace the credentials during a run.
    @Test func `nothing is sent to another backend than that of the push`() async throws {
        let fixture = try Fixture()
        try await withStub({ _ in .json(Self.delivered) }) { stub in
            let note = try notification("https://api.example.com")
            let reply = await fixture.backend(stub.url, token: "t").notify(note)
            #expect(reply.attempts == 0)
            guard case .failure(.configuration(_, let reason)) = reply.result else {
                Issue.record("\(reply.result)")
                return
            }
            #expect(
                reason == "the credentials are for \(stub.url) now,"
                    + " and the push was made for https://api.example.com")
            #expect(stub.requests.isEmpty)
        }
        await fixture.transport.shutdown()
    }

    @Test func `a repository that is a UUID is sent as the enclave's id`() async throws {
        let fixture = try Fixture()
        try await withStub({ _ in .json(Self.delivered) }) { stub in
            let id = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
            let note = try notification(stub.url, repository: id)
            _ = await fixture.backend(stub.url, token: "t").notify(note)
            #expect(stub.requests.first?.body.contains(#""enclave_id":"\#(id)""#) == true)
        }
        await fixture.transport.shutdown()
    }

    @Test(arguments: [
        StubReply.response(500), .response(503, body: "soon"), .close,
        .response(429, headers: ["Retry-After": "0"]),
        .raw("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"matched\""),
    ])
    func `a temporary failure is retried`(_ fault: StubReply) async throws {
        let fixture = try Fixture()
        let script = Script(fault, fault, .json(Self.delivered))
        try await withStub({ _ in script.next() }) { stub in
            let reply = await fixture.backend(stub.url, token: "t").notify(
                try notification(stub.url))
            #expect(try reply.result.get().matched == 1)
            #expect(reply.attempts == 3)
            #expect(stub.requests.count == 3)
            #expect(Set(stub.requests.flatMap { $0.headers["Idempotency-Key"] }) == ["key-1"])
        }
        await fixture.transport.shutdown()
    }

    @Test func `without time left no request is sent, and the error says so`() async throws {
        let fixture = try Fixture()
        try await withStub({ _ in .json(Self.delivered) }) { stub in
            let reply = await fixture.backend(stub.url, token: "t")
                .notify(try notification(stub.url, limit: 0))
            #expect(
                reply.result
                    == .failure(
                        .unavailable(url: stub.url, reason: "no time was left for the request")))
            #expect(stub.requests.isEmpty)
        }
        await fixture.transport.shutdown()
    }

    @Test func `after three tries the failure is reported`() async throws {
        let fixture = try Fixture()
        try await withStub({ _ in .response(502, body: #"{"error": "bad gateway"}"#) }) { stub in
            let reply = await fixture.backend(stub.url, token: "t").notify(
                try notification(stub.url))
            #expect(reply.attempts == 3)
            #expect(
                reply.result
                    == .failure(.failed(url: stub.url, status: 502, message: "bad gateway")))
        }
        await fixture.transport.shutdown()
    }

    @Test(arguments: [
        (400, #"{"error": "bad image"}"#, BackendError.refused(status: 400, message: "bad image")),
        (422, #"{"error": {"message": "no"}}"#, .refused(status: 422, message: "no")),
        (418, "short\nand stout", .refused(status: 418, message: "short")),
        (409, #"{"message": "busy"}"#, .conflict(message: "busy")),
        (403, "", .unauthorized(reason: .rejected)),
        (401, "", .unauthorized(reason: .environmentToken)),
        (404, "", .notFound(what: "POST /me/registry/push-notify")),
        (
            200, #"{"matched": 1}"#,
            .protocolViolation(
                call: "POST /me/registry/push-notify", detail: "triggered is missing")
        ),
        (
            200, #"{"matched": "1", "triggered": []}"#,
            .protocolViolation(
                call: "POST /me/registry/push-notify", detail: "matched has the wrong type")
        ),
        (
            200, #"{"matched":1,"triggered":[],"staged":[{"enclave_id":"a","image":"b"}]}"#,
            .protocolViolation(
                call: "POST /me/registry/push-notify", detail: "staged[0].upgrade_id is missing")
        ),
        (
            200, "<html>",
            .protocolViolation(
                call: "POST /me/registry/push-notify", detail: "the response is not JSON")
        ),
    ])
    func `a refusal or an invalid response is reported at once`(
        _ status: Int, _ body: String, _ error: BackendError
    ) async throws {
        let fixture = try Fixture()
        try await withStub({ _ in .response(status, body: body) }) { stub in
            let reply = await fixture.backend(stub.url, token: "t").notify(
                try notification(stub.url))
            #expect(reply.result == .failure(error))
            #expect(reply.attempts == 1)
            #expect(stub.requests.count == 1)
        }
        await fixture.transport.shutdown()
    }

    @Test func `the time limit covers all tries together`() async throws {
        let fixture = try Fixture()
        try await withStub({ _ in .hang }) { stub in
            let start = ContinuousClock.now
            let reply = await fixture.backend(stub.url, token: "t")
                .notify(try notification(stub.url, limit: 400))
            #expect(ContinuousClock.now - start < .seconds(8))
            #expect(
                reply.result
                    == .failure(.unavailable(url: stub.url, reason: "timed out after 0.4 s")))
        }
        await fixture.transport.shutdown()
    }

    @Test func `a retry is not made if the requested pause is too long`() async throws {
        let fixture = try Fixture()
        let busy = StubReply.response(429, headers: ["Retry-After": "3600"])
        try await withStub({ _ in busy }) { stub in
            let reply = await fixture.backend(stub.url, token: "t").notify(
                try notification(stub.url))
            #expect(reply.attempts == 1)
            #expect(
                reply.result
                    == .failure(.failed(url: stub.url, status: 429, message: nil)))
        }
        await fixture.transport.shutdown()
    }
}
