import AsyncHTTPClient
import EnclaviaCore
import NIOCore
import NIOPosix
import NIOSSL

/// What has been opened: the event loop, a client for direct calls, one for those through the proxy.
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
                    authorization: $0.basicCredentials.map {
                        .basic(credentials: $0.reveal())
                    })
            }
        }
        return HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
    }
}
