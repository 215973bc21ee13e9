import EnclaviaSystem
import NIOCore
import NIOPosix
import NIOSSL

/// Repeats a failed connection to find what the HTTP client does not report: the certificates that the host
/// presents, or the status that the proxy returns. Sends nothing to the host beyond the TLS handshake, and
/// the proxy's credentials only to the proxy.
struct ConnectionProbe: Sendable {
    /// What the probe found.
    enum Finding: Sendable {
        /// The host's certificate, then the others that the host sent.
        case certificates([NIOSSLCertificate])
        /// The proxy answered with that status.
        case proxyStatus(Int)
        case nothing
    }

    /// The timeout of the whole probe.
    static let limit = TimeAmount.seconds(2)

    let service: ServiceURL
    let proxy: ProxyAddress?
    let group: MultiThreadedEventLoopGroup

    func run() async -> Finding {
        // Only the HTTP client implements the SOCKS protocol.
        if proxy?.kind == .socks { return .nothing }
        let loop = group.next()
        let finding = loop.makePromise(of: Finding.self)
        let limit = loop.scheduleTask(in: Self.limit) { finding.succeed(.nothing) }
        let connecting = ClientBootstrap(group: loop)
            .connectTimeout(Self.limit)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let proxy {
                        try channel.pipeline.syncOperations.addHandler(
                            ProxyReplyHandler(proxy, service, finding))
                    } else {
                        try channel.pipeline.syncOperations.addHandler(
                            Self.tls(service, finding))
                    }
                }
            }
            .connect(
                host: proxy?.host ?? service.host,
                port: Int(proxy?.port ?? service.effectivePort))
        connecting.whenFailure { _ in finding.succeed(.nothing) }
        connecting.whenSuccess { channel in
            channel.closeFuture.whenComplete { _ in finding.succeed(.nothing) }
            finding.futureResult.whenComplete { _ in channel.close(promise: nil) }
        }
        return await withTaskCancellationHandler {
            // The promise never fails: every end of the connection, and the timeout, makes it succeed.
            let found = try? await finding.futureResult.get()
            limit.cancel()
            return found ?? .nothing
        } onCancel: {
            finding.succeed(.nothing)
        }
    }

    /// Reports the certificates as soon as they arrive, without verifying them, and ends the handshake.
    fileprivate static func tls(
        _ service: ServiceURL, _ finding: EventLoopPromise<Finding>
    ) throws -> NIOSSLClientHandler {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates([])
        let isAddress = IPAddress(service.host) != nil
        return try NIOSSLClientHandler(
            context: NIOSSLContext(configuration: configuration),
            serverHostname: isAddress ? nil : service.host,
            customVerificationCallback: { certificates, verified in
                finding.succeed(.certificates(certificates))
                verified.succeed(NIOSSLVerificationResult.failed)
            })
    }
}

/// Requests a tunnel from an HTTP proxy (CONNECT: RFC 9110, 9.3.6), and starts TLS in it.
private final class ProxyReplyHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The longest response head that is read, in bytes.
    private static let limit = 16_384

    private let proxy: ProxyAddress
    private let service: ServiceURL
    private let finding: EventLoopPromise<ConnectionProbe.Finding>
    private var head: [UInt8] = []

    init(
        _ proxy: ProxyAddress, _ service: ServiceURL,
        _ finding: EventLoopPromise<ConnectionProbe.Finding>
    ) {
        self.proxy = proxy
        self.service = service
        self.finding = finding
    }

    func channelActive(context: ChannelHandlerContext) {
        let name = service.host.contains(":") ? "[\(service.host)]" : service.host
        let target = "\(name):\(service.effectivePort)"
        var request = "CONNECT \(target) HTTP/1.1\r\nHost: \(target)\r\n"
        if let credentials = proxy.basicCredentials {
            request += "Proxy-Authorization: Basic \(credentials.reveal())\r\n"
        }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request + "\r\n")), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        head += unwrapInboundIn(data).readableBytesView
        let text = String(decoding: head, as: UTF8.self)
        guard text.contains("\r\n\r\n") else {
            if head.count > Self.limit { finding.succeed(.nothing) }
            return
        }
        let words = text.prefix { !$0.isNewline }.split(separator: " ")
        guard words.count > 1, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
            return finding.succeed(.nothing)
        }
        guard (200..<300).contains(status) else { return finding.succeed(.proxyStatus(status)) }
        do {
            // A TLS server sends nothing before the client does, so no byte is lost here.
            try context.pipeline.syncOperations.addHandler(
                ConnectionProbe.tls(service, finding), position: .last)
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        } catch {
            finding.succeed(.nothing)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        finding.succeed(.nothing)
    }
}
