import AsyncHTTPClient
import Dispatch
import EnclaviaCore
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// The way to the network that all services of a run share: one event-loop thread, which starts with
/// the first call. Redirects are never followed, so that credentials stay where they were sent.
package final class Transport: Sendable {
    /// The longest answer that is taken.
    static let bodyLimit = 8 << 20
    static let connectLimit = TimeAmount.seconds(5)

    let settings: NetworkSettings
    /// Whoever reads, sends or gets a secret tells it to this; what is passed on of an answer goes through it.
    package let secrets: SecretScrubber
    private let clients = Mutex(Clients())
    /// Counts the exchanges that may not be broken off, such as that of a refresh token, which works once.
    let unbreakable = DispatchGroup()

    package init(_ settings: NetworkSettings, secrets: SecretScrubber = SecretScrubber()) {
        self.settings = settings
        self.secrets = secrets
    }

    /// Sends `call` and takes the whole answer, both within `limit`.
    ///
    /// - Parameter headLimit: for how long the answer's beginning is awaited, where that is shorter.
    func send(
        _ call: HTTPCall, within limit: Duration, headWithin headLimit: Duration? = nil,
        bodyLimit: Int = Transport.bodyLimit
    ) async throws(TransportError) -> HTTPAnswer {
        let client = try client(for: call.service)
        guard limit > .zero else { throw .timedOut(seconds: 0) }
        // The client's own deadline ends with the head of the answer; a slow drip needs this one.
        let outcome = await withTaskGroup(
            of: Result<HTTPAnswer, TransportError>.self,
            returning: Result<HTTPAnswer, TransportError>.self
        ) { race in
            race.addTask {
                await Self.exchange(
                    call, by: client, self.settings.userAgent, headLimit ?? limit, bodyLimit)
            }
            race.addTask {
                do {
                    try await Task.sleep(for: limit)
                    return .failure(.timedOut(seconds: limit.seconds))
                } catch {
                    return .failure(.cancelled)
                }
            }
            let first = await race.next() ?? .failure(.cancelled)
            race.cancelAll()
            return first
        }
        if case .failure = outcome, Task.isCancelled { throw .cancelled }
        return try outcome.get()
    }

    /// Like ``send(_:within:headWithin:bodyLimit:)``, with the error as a value.
    func outcome(
        _ call: HTTPCall, within limit: Duration
    ) async -> Result<HTTPAnswer, TransportError> {
        do throws(TransportError) {
            return .success(try await send(call, within: limit))
        } catch {
            return .failure(error)
        }
    }

    /// Blocks until no exchange is under way that may not be broken off, and at most for as long as such
    /// an exchange may take.
    ///
    /// - Parameter announce: told where there is one to wait for.
    /// - Returns: whether there was.
    package func waitForUnbreakable(_ announce: () -> Void = {}) -> Bool {
        guard unbreakable.wait(timeout: .now()) == .timedOut else { return false }
        announce()
        let limit = Int(TokenEndpoint.refreshLimit.seconds) + 1
        // Done, or out of time: the process ends in both cases.
        _ = unbreakable.wait(timeout: .now() + .seconds(limit))
        return true
    }

    /// The event loop, for whoever listens beside the calls.
    func eventLoops() -> MultiThreadedEventLoopGroup {
        clients.withLock { $0.openGroup() }
    }

    /// Closes the connections and ends the thread.
    package func shutdown() async {
        let open = clients.withLock { clients -> Clients in
            defer { clients = Clients() }
            return clients
        }
        for client in [open.direct, open.proxied] {
            // A connection that does not close in time is given up with the process.
            try? await client?.shutdown()
        }
        // Its thread ends with the process.
        try? await open.group?.shutdownGracefully()
    }

    private static func exchange(
        _ call: HTTPCall, by client: HTTPClient, _ userAgent: String, _ limit: Duration,
        _ bodyLimit: Int
    ) async -> Result<HTTPAnswer, TransportError> {
        var request = HTTPClientRequest(url: call.url)
        request.method = call.method
        request.headers = call.headers
        request.headers.replaceOrAdd(name: "User-Agent", value: userAgent)
        if let body = call.body { request.body = .bytes(body) }
        do {
            let deadline = NIODeadline.now() + .nanoseconds(limit.nanoseconds)
            let answer = try await client.execute(request, deadline: deadline)
            var body: [UInt8] = []
            if call.method != .HEAD {
                for try await piece in answer.body {
                    guard body.count + piece.readableBytes <= bodyLimit else {
                        return .failure(.tooLarge(limit: bodyLimit))
                    }
                    body.append(contentsOf: piece.readableBytesView)
                }
            }
            // A cancelled iteration ends as a finished one does.
            guard !Task.isCancelled else { return .failure(.cancelled) }
            return .success(
                HTTPAnswer(
                    status: Int(answer.status.code), headers: answer.headers, body: body))
        } catch {
            return .failure(TransportError(error, limit: limit))
        }
    }

    private func client(for service: ServiceURL) throws(TransportError) -> HTTPClient {
        let proxy = try proxy(for: service)
        return try clients.withLock { (clients) throws(TransportError) in
            if let client = proxy == nil ? clients.direct : clients.proxied { return client }
            return clients.makeClient(proxy: proxy, tls: try trust())
        }
    }

    /// A proxy that cannot be used matters only to calls that would go through it.
    private func proxy(for service: ServiceURL) throws(TransportError) -> ProxyAddress? {
        guard service.scheme == .https, !service.isLoopback else { return nil }
        return try ProxyRules(proxy: settings.httpsProxy, exceptions: settings.noProxy)
            .proxy(for: service)
    }

    private func trust() throws(TransportError) -> TLSConfiguration? {
        guard let path = settings.certificateFile else { return nil }
        var tls = TLSConfiguration.makeClientConfiguration()
        do {
            tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(path))
        } catch {
            throw .configuration(
                subject: "SSL_CERT_FILE", reason: "\(path) cannot be read as PEM certificates")
        }
        return tls
    }
}

/// What has been opened: the event loop, a client for direct calls, one for those through the proxy.
private struct Clients: Sendable {
    var group: MultiThreadedEventLoopGroup?
    var direct: HTTPClient?
    var proxied: HTTPClient?

    mutating func openGroup() -> MultiThreadedEventLoopGroup {
        if let group { return group }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        self.group = group
        return group
    }

    mutating func makeClient(proxy: ProxyAddress?, tls: TLSConfiguration?) -> HTTPClient {
        let client = Self.client(openGroup(), proxy, tls)
        if proxy == nil { direct = client } else { proxied = client }
        return client
    }

    private static func client(
        _ group: MultiThreadedEventLoopGroup, _ proxy: ProxyAddress?, _ tls: TLSConfiguration?
    ) -> HTTPClient {
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
        configuration.redirectConfiguration = .disallow
        // Without an Accept-Encoding a server may use any (RFC 9110, 12.5.3). What grows past the limit on
        // a body is stopped there, just before this one.
        configuration.decompression = .enabled(limit: .size(Transport.bodyLimit + 1 << 20))
        configuration.timeout = .init(connect: Transport.connectLimit)
        // A refused connection is told at once; who wants another try decides that above.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        configuration.proxy = proxy.map {
            switch $0.kind {
            case .socks: .socksServer(host: $0.host, port: Int($0.port))
            case .http:
                .server(
                    host: $0.host, port: Int($0.port),
                    authorization: $0.user.map { [password = $0.password] in
                        .basic(username: $0, password: password ?? "")
                    })
            }
        }
        return HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
    }
}

extension Duration {
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }

    var seconds: Double { Double(nanoseconds) / 1e9 }
}
