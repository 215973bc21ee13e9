import AsyncHTTPClient
import Dispatch
import EnclaviaCore
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// The HTTP transport that all services of a command share: one event-loop thread, which starts with
/// the first request. It never follows redirects, so that credentials go to no other host.
package final class Transport: Sendable {
    /// The longest response body that is read, in bytes.
    static let bodyLimit = 8 << 20
    static let connectLimit = TimeAmount.seconds(5)

    let settings: NetworkSettings
    /// Holds every secret that is read, sent or received, and removes them from the text of responses.
    package let secrets: SecretScrubber
    private let clients = Mutex(Clients())
    /// Counts the requests that must not be interrupted, such as the use of a refresh token, which works once.
    let criticalSection = DispatchGroup()

    package init(_ settings: NetworkSettings, secrets: SecretScrubber = SecretScrubber()) {
        self.settings = settings
        self.secrets = secrets
    }

    /// Sends `call` and reads the whole response within `limit`.
    ///
    /// - Parameter headLimit: the timeout for the head of the response, where that is shorter.
    func send(
        _ call: HTTPCall, within limit: Duration, headWithin headLimit: Duration? = nil,
        bodyLimit: Int = Transport.bodyLimit
    ) async throws(TransportError) -> HTTPResponse {
        let proxy = try proxy(for: call.service)
        let client = try client(through: proxy)
        guard limit > .zero else { throw .timedOut(seconds: 0) }
        // The client's deadline covers only the head of the response; this one covers a slow body, too.
        let outcome = await withTaskGroup(
            of: Result<HTTPResponse, TransportError>.self,
            returning: Result<HTTPResponse, TransportError>.self
        ) { race in
            race.addTask {
                await self.exchange(call, by: client, proxy, headLimit ?? limit, bodyLimit)
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
    ) async -> Result<HTTPResponse, TransportError> {
        do throws(TransportError) {
            return .success(try await send(call, within: limit))
        } catch {
            return .failure(error)
        }
    }

    /// Blocks while a request is in progress that must not be interrupted, and at most for as long as such
    /// a request may take.
    ///
    /// - Parameter announce: called before the wait, if there is such a request.
    /// - Returns: whether there was one.
    package func waitForCriticalSection(_ announce: () -> Void = {}) -> Bool {
        guard criticalSection.wait(timeout: .now()) == .timedOut else { return false }
        announce()
        let limit = Int(TokenEndpoint.refreshLimit.seconds) + 1
        // Done, or out of time: the process ends in both cases.
        _ = criticalSection.wait(timeout: .now() + .seconds(limit))
        return true
    }

    /// The event loop, for connections other than the HTTP clients'.
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
            // A connection that does not close in time ends with the process.
            try? await client?.shutdown()
        }
        // Its thread ends with the process.
        try? await open.group?.shutdownGracefully()
    }

    private func exchange(
        _ call: HTTPCall, by client: HTTPClient, _ proxy: ProxyAddress?, _ limit: Duration,
        _ bodyLimit: Int
    ) async -> Result<HTTPResponse, TransportError> {
        var request = HTTPClientRequest(url: call.url)
        request.method = call.method
        request.headers = call.headers
        request.headers.replaceOrAdd(name: "User-Agent", value: settings.userAgent)
        if let body = call.body { request.body = .bytes(body) }
        do {
            let deadline = NIODeadline.now() + .nanoseconds(limit.nanoseconds)
            let response = try await client.execute(request, deadline: deadline)
            var body: [UInt8] = []
            if call.method != .HEAD {
                for try await piece in response.body {
                    guard body.count + piece.readableBytes <= bodyLimit else {
                        return .failure(.tooLarge(limit: bodyLimit))
                    }
                    body.append(contentsOf: piece.readableBytesView)
                }
            }
            // A cancelled iteration ends as a finished one does.
            guard !Task.isCancelled else { return .failure(.cancelled) }
            return .success(
                HTTPResponse(
                    status: Int(response.status.code), headers: response.headers, body: body))
        } catch {
            let diagnosis = Diagnosis(
                call: call, proxy: proxy, authorities: authorities, group: eventLoops(),
                limit: limit)
            return .failure(await diagnosis.meaning(of: error))
        }
    }

    private func client(through proxy: ProxyAddress?) throws(TransportError) -> HTTPClient {
        try clients.withLock { (clients) throws(TransportError) in
            if let client = proxy == nil ? clients.direct : clients.proxied { return client }
            return clients.makeClient(proxy: proxy, tls: try trust())
        }
    }

    /// An invalid proxy setting is an error only for requests that would go through the proxy.
    private func proxy(for service: ServiceURL) throws(TransportError) -> ProxyAddress? {
        guard service.scheme == .https, !service.isLoopback else { return nil }
        return try ProxyRules(proxy: settings.httpsProxy, exceptions: settings.noProxy)
            .proxy(for: service)
    }

    private func trust() throws(TransportError) -> TLSConfiguration? {
        guard let certificates = try authorities.certificates() else { return nil }
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .certificates(certificates)
        return tls
    }

    private var authorities: TrustedAuthorities {
        TrustedAuthorities(
            file: settings.certificateFile, directories: settings.certificateDirectories,
            system: settings.systemAuthorities)
    }
}

extension Duration {
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }

    var seconds: Double { Double(nanoseconds) / 1e9 }
}
