import AsyncHTTPClient
import EnclaviaCore
import NIOCore
import NIOPosix
import NIOSSL

/// The event loop and the open HTTP clients: one for direct requests, one for those through the proxy.
struct Clients: Sendable {
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
        // Without an Accept-Encoding a server may use any encoding (RFC 9110, 12.5.3). Transport's limit on
        // a body is 1 MiB lower than this one, and applies first.
        configuration.decompression = .enabled(limit: .size(Transport.bodyLimit + 1 << 20))
        configuration.timeout = .init(connect: Transport.connectLimit)
        // Report a refused connection at once; the callers decide about retries.
        configuration.connectionPool.retryConnectionEstablishment = false
        // A request's time runs while it waits for a connection. One more is for the refresh of the credentials.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit =
            NotifyOperation.requestsAtOnce + 1
        configuration.httpVersion = .http1Only
        configuration.proxy = proxy.map {
            switch $0.kind {
            case .socks: .socksServer(host: $0.host, port: Int($0.port))
            case .http:
                .server(
                    host: $0.host, port: Int($0.port),
                    authorization: $0.basicCredentials.map {
                        .basic(credentials: $0.reveal())
                    })
            }
        }
        return HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
    }
}
