import EnclaviaCore
import EnclaviaService
import NIOHTTP1
import Testing

/// Backends that are down, slow, hostile or wrong.
struct FaultTests {
    private static let call = "GET /enclaves/e1"
    private static let row = #"{"id":"e1","status":"running"}"#

    private func ask(
        _ response: @escaping @Sendable (StubRequest) -> StubReply,
        _ check: (BackendError?, StubServer) throws -> Void
    ) async throws {
        let fixture = try Fixture()
        try await withStub(response) { stub in
            let backend = fixture.backend(stub.url, token: "secret-token")
            let error = await errorOf { () async throws(BackendError) in
                try await backend.get("e1")
            }
            if let error { #expect(!"\(error)".contains("secret-token")) }
            try check(error, stub)
        }
        await fixture.transport.shutdown()
    }

    @Test func `a body of 64 MiB is an error`() async throws {
        try await ask({ _ in .flood(bytes: 64 << 20) }) { error, _ in
            #expect(
                error
                    == .protocolViolation(
                        call: Self.call, detail: "the response is longer than 8 MiB"))
        }
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func `a redirect is not followed, and its target gets no token`(
        _ status: Int
    ) async throws {
        try await withStub({ _ in .json(Self.row) }) { other in
            let location = "http://localhost:\(other.port)/enclaves/e1"
            try await ask({ _ in .response(status, headers: ["Location": location]) }) {
                error, stub in
                #expect(
                    error
                        == .protocolViolation(
                            call: Self.call,
                            detail: "a redirect (\(status)) to localhost, "
                                + "and redirects are not followed"))
                #expect(stub.requests.count == 1)
            }
            #expect(other.requests.isEmpty)
        }
    }

    @Test func `a query is tried three times`() async throws {
        try await ask({ _ in .close }) { error, stub in
            guard case .unavailable(url: stub.url, reason: _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(stub.requests.count == 3)
        }
    }

    @Test func `a command is sent once`() async throws {
        let fixture = try Fixture()
        try await withStub({ _ in .response(503) }) { stub in
            let backend = fixture.backend(stub.url, token: "t")
            let error = await errorOf { () async throws(BackendError) in
                try await backend.restart("e1")
            }
            #expect(error == .failed(url: stub.url, status: 503, message: nil))
            #expect(stub.requests.count == 1)
        }
        await fixture.transport.shutdown()
    }

    @Test func `a refused connection is reported with the system's message`() async throws {
        let fixture = try Fixture()
        let backend = fixture.backend("http://127.0.0.1:1", token: "t")
        let error = await errorOf { () async throws(BackendError) in
            try await backend.stop("e1")
        }
        #expect(error == .unavailable(url: "http://127.0.0.1:1", reason: "connection refused"))
        await fixture.transport.shutdown()
    }

    @Test(arguments: [
        ("nonsense\r\n\r\n", "the response is not HTTP"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{]", "the response is not JSON"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"id\":\"e1", "the response is not JSON"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", "the response has the wrong type"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "id is missing"),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 26\r\n\r\n{\"id\":\"e1\",\"status\":[1,2]}",
            "status has the wrong type"
        ),
    ])
    func `an invalid response is a protocol violation`(_ raw: String, _ detail: String)
        async throws
    {
        try await ask({ _ in .raw(raw) }) { error, _ in
            #expect(error == .protocolViolation(call: Self.call, detail: detail))
        }
    }

    @Test func `a message is truncated, and a token that it repeats is removed`() async throws {
        let long = String(repeating: "x", count: 500)
        try await ask({ request in
            .response(400, body: "you sent \(request.headers["Authorization"]) \(long)")
        }) { error, _ in
            guard case .refused(status: 400, let message) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(message.hasPrefix(#"you sent ["Bearer •••"] xxx"#))
            #expect(message.unicodeScalars.count == 300)
        }
    }

    @Test(arguments: [
        (#"{"registry_url":"-x","namespace":"a"}"#, "registry_url is not valid"),
        (#"{"registry_url":"a/b","namespace":"a"}"#, "registry_url is not valid"),
        (#"{"registry_url":"https://a","namespace":"a"}"#, "registry_url is not valid"),
        (#"{"registry_url":"a:1","namespace":"-rf"}"#, "namespace is not valid"),
        (#"{"registry_url":"a:1","namespace":"../a"}"#, "namespace is not valid"),
        (#"{"registry_url":"a:1","namespace":"a","token":"x\ny"}"#, "token is not valid"),
        (#"{"registry_url":"a:1"}"#, "namespace is missing"),
        (#"{"registry_url":null,"namespace":"a"}"#, "registry_url is null"),
    ])
    func `values that would reach a command line are validated`(
        _ body: String, _ detail: String
    ) async throws {
        let fixture = try Fixture()
        try await withStub({ _ in .json(body) }) { stub in
            let backend = fixture.backend(stub.url, token: "t")
            let error = await errorOf { () async throws(BackendError) in
                try await backend.registryAccess()
            }
            #expect(error == .protocolViolation(call: "GET /me/registry", detail: detail))
        }
        await fixture.transport.shutdown()
    }

    @Test func `the backend's own registry password is used`() async throws {
        let fixture = try Fixture()
        try await withStub({ _ in
            .json(
                #"{"registry_url":"a:1","namespace":"al","token":"short","expires_in":300}"#)
        }) { stub in
            let access = try await fixture.backend(stub.url, token: "t").registryAccess()
            #expect(access.password.reveal() == "short")
        }
        await fixture.transport.shutdown()
    }

    @Test(arguments: [StubReply.hang, .drip])
    func `an answer that never comes or never ends runs into the time limit`(
        _ fault: StubReply
    ) async throws {
        let fixture = try Fixture()
        try await withStub({ _ in fault }) { stub in
            let start = ContinuousClock.now
            let reply = await fixture.backend(stub.url, token: "t")
                .notify(try notification(stub.url, limit: 700))
            #expect(
                reply.result
                    == .failure(.unavailable(url: stub.url, reason: "timed out after 0.7 s")))
            #expect(ContinuousClock.now - start < .seconds(5))
        }
        await fixture.transport.shutdown()
    }

    @Test func `the clock is read from any answer with a date`() async throws {
        let fixture = try Fixture()
        try await withStub({ _ in
            .response(404, headers: ["Date": "Sat, 01 Aug 2026 12:01:00 GMT"])
        }) { stub in
            let offset = try await fixture.backend(stub.url).clockOffset()
            #expect(offset == 60_500)
            #expect(stub.requests.first?.headers["Authorization"] == [])
        }
        try await withStub({ _ in .response(404, headers: ["Date": "yesterday"]) }) { stub in
            let offset = try await fixture.backend(stub.url).clockOffset()
            #expect(offset == nil)
        }
        await fixture.transport.shutdown()
    }
}
