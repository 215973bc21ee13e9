import NIOCore
import NIOHTTP1

/// Serves one connection: one request, one page.
final class CallbackHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let gate: CallbackGate
    private let lifetime: TimeAmount
    private var head: HTTPRequestHead?
    private var end: Scheduled<Void>?

    /// - Parameter lifetime: the time after which the connection is closed in any case.
    init(_ gate: CallbackGate, lifetime: Duration) {
        self.gate = gate
        self.lifetime = .init(lifetime)
    }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        end = context.eventLoop.scheduleTask(in: lifetime) { channel.close(promise: nil) }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        // A browser's request has no body, and a long one would block the connection.
        case .body: context.close(promise: nil)
        case .end:
            guard let head else { return }
            let port = context.channel.localAddress?.port ?? 0
            respond(gate.admit(head, port: port), context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// Sends the page, then delivers the response: the program may exit right after that, and the browser
    /// must have its page.
    private func respond(_ response: CallbackResponse?, _ context: ChannelHandlerContext) {
        let page = CallbackPage(response)
        let html = page.html
        let head = HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: page.status),
            headers: [
                "Content-Type": "text/html; charset=utf-8",
                "Content-Length": "\(html.utf8.count)",
                "Content-Security-Policy":
                    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none';"
                    + " form-action 'none'; frame-ancestors 'none'",
                "X-Content-Type-Options": "nosniff",
                "Cache-Control": "no-store", "Referrer-Policy": "no-referrer",
                "Connection": "close",
            ])
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: html)))), promise: nil)
        let gate = gate
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
            channel.close(promise: nil)
            if let response { gate.deliver(response) }
        }
    }
}
