import EnclaviaCore
import EnclaviaService
import NIOPosix
import TestSupport
import Testing

/// How a login's listener handles requests of other users of the machine, and of any web page.
struct CallbackListenerTests {
    private static let state = "0123456789-the-right-state"
    private static let right = "/cb?code=c0de&state=\(state)"

    /// Runs `strangers` before the browser's callback, and checks that only the callback ends the login.
    private func listen(
        _ limits: CallbackListener.Limits = .init(),
        strangers: (CallbackListener) async throws -> Void
    ) async throws {
        let listener = try await CallbackListener(
            port: nil, state: Secret(Self.state), limits: limits,
            on: MultiThreadedEventLoopGroup.singleton)
        try await strangers(listener)
        let page = await Browser.get(port: listener.port, Self.right)
        #expect(page.hasPrefix("HTTP/1.1 200"))
        #expect(try await listener.response(withinSeconds: 10) == .code(Secret("c0de")))
        await listener.close()
    }

    @Test(arguments: [
        "/cb?code=x&state=wrong", "/cb?code=x", "/cb?code=x&state=", "/cb?error=access_denied",
        "/cb?error=access_denied&state=wrong", "/cb?code=x&state=\(state)x",
        "/cb?code=x&state=\(state.dropLast())", "/cb?code=x&state=\(state.uppercased())",
        "/cb?state=\(state)", "/cb", "/", "/cb/?code=x&state=\(state)", "/CB?code=x&state=\(state)",
        "http://127.0.0.1/cb?code=x&state=\(state)", "/%63b?code=x&state=\(state)",
    ])
    func `a request that is not this login's callback gets 404, and the login waits`(_ uri: String)
        async throws
    {
        try await listen { listener in
            let page = await Browser.get(port: listener.port, uri)
            #expect(page.hasPrefix("HTTP/1.1 404"), "\(page)")
        }
    }

    @Test(arguments: [
        "evil.example", "127.0.0.1", "localhost", "127.0.0.1:1", "[::1]:$",
        "127.0.0.1.evil.example:$",
        "evil.example:$", "user@127.0.0.1:$", "127.0.0.1:$\r\nHost: evil.example", "",
    ])
    func `a request for another host gets 404`(_ host: String) async throws {
        try await listen { listener in
            let page = await Browser.get(
                port: listener.port, Self.right,
                host: host.replacing("$", with: "\(listener.port)"))
            #expect(page.hasPrefix("HTTP/1.1 404") || page.hasPrefix("HTTP/1.1 400"), "\(page)")
        }
    }

    @Test func `the callback may use localhost as the host`() async throws {
        let listener = try await CallbackListener(
            port: nil, state: Secret(Self.state), on: MultiThreadedEventLoopGroup.singleton)
        let page = await Browser.get(
            port: listener.port, Self.right, host: "LOCALHOST:\(listener.port)")
        #expect(page.hasPrefix("HTTP/1.1 200"))
        #expect(try await listener.response(withinSeconds: 10) == .code(Secret("c0de")))
        await listener.close()
    }

    @Test(arguments: ["POST", "HEAD", "PUT", "OPTIONS"])
    func `only GET is answered`(_ method: String) async throws {
        try await listen { listener in
            let page = await Browser.get(port: listener.port, Self.right, method: method)
            #expect(page.hasPrefix("HTTP/1.1 404"), "\(page)")
        }
    }

    @Test func `of two callbacks the first wins, and the second gets 404`() async throws {
        try await listen { _ in }
        let listener = try await CallbackListener(
            port: nil, state: Secret(Self.state), on: MultiThreadedEventLoopGroup.singleton)
        let first = "/cb?error=access_denied&iss=https%3A%2F%2Felsewhere&state=\(Self.state)"
        #expect(await Browser.get(port: listener.port, first).hasPrefix("HTTP/1.1 400"))
        #expect(await Browser.get(port: listener.port, Self.right).hasPrefix("HTTP/1.1 404"))
        #expect(
            try await listener.response(withinSeconds: 10)
                == .error(code: "access_denied", description: nil))
        await listener.close()
    }

    @Test(arguments: ["", "GET /cb?code=", "GET /cb HTTP/1.1\r\nHost: x\r\n", "nonsense\r\n\r\n"])
    func `many connections with half a request do not block the browser`(_ text: String)
        async throws
    {
        try await listen(.init(connections: 8)) { listener in
            let sockets = try (0..<200).map { _ in try LoopbackSocket(port: listener.port) }
            for socket in sockets { socket.send(text) }
            let isCut = try await eventually { sockets.count { !$0.isClosed } <= 8 }
            #expect(isCut)
        }
    }

    @Test func `a connection that is kept busy ends after its lifetime`() async throws {
        try await listen(.init(lifetime: .milliseconds(300))) { listener in
            let socket = try LoopbackSocket(port: listener.port)
            socket.send("GET /")
            let isClosed = try await eventually { !socket.send("a") || socket.isClosed }
            #expect(isClosed)
        }
    }

    @Test func `a request with a body is closed at once`() async throws {
        try await listen { listener in
            let socket = try LoopbackSocket(port: listener.port)
            socket.send(
                "GET \(Self.right) HTTP/1.1\r\nHost: 127.0.0.1:\(listener.port)\r\n"
                    + "Content-Length: 1000000\r\n\r\nx")
            let isClosed = try await eventually { socket.isClosed }
            #expect(isClosed)
        }
    }

    @Test func `the page repeats nothing of the request, and loads and embeds nothing`()
        async throws
    {
        let listener = try await CallbackListener(
            port: nil, state: Secret(Self.state), on: MultiThreadedEventLoopGroup.singleton)
        let query =
            "/cb?error=mark-1&error_description=%3Cscript%3Emark-2&error_uri=mark-3&state=\(Self.state)"
        for uri in [query.replacing(Self.state, with: "mark-4"), query] {
            let page = await Browser.get(port: listener.port, uri)
            #expect(page.contains("<html") && !page.contains("mark-") && !page.contains("<script"))
            #expect(!page.contains(Self.state))
            #expect(page.contains("frame-ancestors 'none'") && page.contains("nosniff"))
        }
        await listener.close()
    }

    @Test func `a login that timed out counts the callbacks of other logins`() async throws {
        let listener = try await CallbackListener(
            port: nil, state: Secret(Self.state), on: MultiThreadedEventLoopGroup.singleton)
        for uri in ["/cb?code=x&state=wrong", "/cb?error=x", "/other", "/cb"] {
            _ = await Browser.get(port: listener.port, uri)
        }
        let error = await errorOf { () async throws(LoginError) in
            try await listener.response(withinSeconds: 0)
        }
        #expect(error == .timedOut(seconds: 0, mismatchedResponses: 2))
        await listener.close()
    }
}
