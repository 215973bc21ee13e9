import EnclaviaCore
import NIOCore
import NIOHTTP1
import NIOPosix

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Waits on 127.0.0.1 for the browser to come back from the backend (RFC 8252, 7.3): the first answer
/// to this login ends it, and whatever else is asked for is not found.
struct CallbackListener: Sendable {
    static let path = "/cb"

    private let channel: any Channel
    private let answers: AsyncStream<CallbackAnswer>

    /// The port that is listened on.
    let port: UInt16

    /// - Parameter port: `nil` for any that is free.
    init(
        port: UInt16?, state: String, on group: MultiThreadedEventLoopGroup
    ) async throws(LoginError) {
        let (answers, continuation) = AsyncStream.makeStream(of: CallbackAnswer.self)
        self.answers = answers
        do {
            channel = try await ServerBootstrap(group: group)
                // A port of one's own choice is free again at once after a login.
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
                        try pipeline.addHandlers(
                            IdleStateHandler(allTimeout: .seconds(10)),
                            CallbackHandler(state: state) { continuation.yield($0) })
                    }
                }
                .bind(host: "127.0.0.1", port: Int(port ?? 0)).get()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw .portTaken(port: port ?? 0)
        } catch {
            throw .listenerFailed(reason: TransportError(error, limit: .zero).reason)
        }
        self.port = UInt16(clamping: channel.localAddress?.port ?? 0)
    }

    var redirect: String { "http://127.0.0.1:\(port)\(Self.path)" }

    /// The browser's answer.
    ///
    /// - Throws: ``LoginError/timedOut(seconds:)``; ``LoginError/cancelled`` where the task is.
    func answer(withinSeconds seconds: Int) async throws(LoginError) -> CallbackAnswer {
        let answer = await withTaskGroup(of: CallbackAnswer?.self) { race in
            race.addTask { await self.answers.first { _ in true } }
            race.addTask {
                // Cancelled once there is an answer.
                try? await Task.sleep(for: .seconds(seconds))
                return nil
            }
            let first = await race.next() ?? nil
            race.cancelAll()
            return first
        }
        if let answer { return answer }
        throw Task.isCancelled ? .cancelled : .timedOut(seconds: seconds)
    }

    /// Stops listening. The page that was asked for last is still delivered.
    func close() async {
        // There is nobody to tell of a listener that does not close, and the process ends soon.
        try? await channel.close()
    }
}

private final class CallbackHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let state: String
    private let deliver: @Sendable (CallbackAnswer) -> Void
    private var head: HTTPRequestHead?

    init(state: String, deliver: @escaping @Sendable (CallbackAnswer) -> Void) {
        self.state = state
        self.deliver = deliver
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body: break
        case .end:
            guard let head else { return }
            let answer = head.method == .GET ? CallbackAnswer(uri: head.uri, state: state) : nil
            respond(CallbackPage(answer), answer, context)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// The answer is delivered once the page is written, so that a program that ends right after it
    /// does not leave the browser with nothing.
    private func respond(
        _ page: CallbackPage, _ answer: CallbackAnswer?, _ context: ChannelHandlerContext
    ) {
        let html = page.html
        let head = HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: page.status),
            headers: [
                "Content-Type": "text/html; charset=utf-8",
                "Content-Length": "\(html.utf8.count)",
                "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
                "Cache-Control": "no-store", "Referrer-Policy": "no-referrer",
                "Connection": "close",
            ])
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: html)))), promise: nil)
        let deliver = deliver
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
            channel.close(promise: nil)
            if let answer { deliver(answer) }
        }
    }
}
