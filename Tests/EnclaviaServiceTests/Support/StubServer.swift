import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// A request that a stub received.
struct StubRequest: Sendable {
    let method: HTTPMethod
    let uri: String
    let headers: HTTPHeaders
    let body: String

    var path: String { String(uri.prefix { $0 != "?" }) }
}

/// What a stub does with a request.
enum StubReply: Sendable {
    case response(Int, body: String = "", headers: HTTPHeaders = [:])
    /// An answer whose body has that many spaces.
    case flood(bytes: Int)
    /// Never answers.
    case hang
    /// Sends a head, and then a byte every 50 ms.
    case drip
    /// Answers with this JSON, half of it after that many milliseconds.
    case slow(String, milliseconds: Int64)
    /// Closes the connection, with a reset if there is unread data.
    case close
    /// Confirms the connection, as a proxy does, and uses TLS from then on.
    case tunnel(NIOSSLContext)
    /// Sends these bytes and closes.
    case raw(String)

    static func json(_ body: String, status: Int = 200, headers: HTTPHeaders = [:]) -> StubReply {
        .response(status, body: body, headers: headers)
    }
}

/// A server on loopback that answers as a test says, faults included.
final class StubServer: Sendable {
    private let channel: any Channel
    private let received: RequestLog

    var port: Int { channel.localAddress?.port ?? 0 }
    var url: String { "http://127.0.0.1:\(port)" }
    var authority: String { "127.0.0.1:\(port)" }
    var requests: [StubRequest] { received.requests }

    /// - Parameter tls: the TLS context; without one the server uses plain HTTP.
    init(
        tls: NIOSSLContext? = nil, _ response: @escaping @Sendable (StubRequest) -> StubReply
    ) async throws {
        let received = RequestLog()
        self.received = received
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLServerHandler(context: tls))
                    }
                    try channel.pipeline.syncOperations.addHandlers(
                        ByteToMessageHandler(HTTPRequestDecoder()),
                        StubHandler(response: response, log: received))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    func close() async throws {
        try await channel.close()
    }
}

/// Runs `body` with a stub server that answers with `response`.
func withStub<Result>(
    tls: NIOSSLContext? = nil, _ response: @escaping @Sendable (StubRequest) -> StubReply,
    _ body: (StubServer) async throws -> Result
) async throws -> Result {
    let stub = try await StubServer(tls: tls, response)
    do {
        let result = try await body(stub)
        try await stub.close()
        return result
    } catch {
        try await stub.close()
        throw error
    }
}

private final class RequestLog: Sendable {
    private let log = Mutex<[StubRequest]>([])
    var requests: [StubRequest] { log.withLock { $0 } }

    func append(_ request: StubRequest) {
        log.withLock { $0.append(request) }
    }
}

private final class StubHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = ByteBuffer

    private let response: @Sendable (StubRequest) -> StubReply
    private let log: RequestLog
    private var head: HTTPRequestHead?
    private var body = ""

    init(response: @escaping @Sendable (StubRequest) -> StubReply, log: RequestLog) {
        self.response = response
        self.log = log
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = ""
        case .body(let buffer):
            body += String(buffer: buffer)
        case .end:
            guard let head else { return }
            let request = StubRequest(
                method: head.method, uri: head.uri, headers: head.headers, body: body)
            log.append(request)
            reply(response(request), to: request, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // As servers do that are called over TLS and do not support it.
        if error is HTTPParserError { write(Self.head(400, ["Content-Length": "0"]), context) }
        context.close(promise: nil)
    }

    private func reply(
        _ reply: StubReply, to request: StubRequest, _ context: ChannelHandlerContext
    ) {
        switch reply {
        case .response(let status, let body, var headers):
            if headers["Content-Length"].isEmpty, status != 204 {
                headers.add(name: "Content-Length", value: "\(body.utf8.count)")
            }
            write(Self.head(status, headers) + (request.method == .HEAD ? "" : body), context)
        case .flood(let bytes):
            write(Self.head(200, ["Content-Length": "\(bytes)"]), context)
            var buffer = context.channel.allocator.buffer(capacity: bytes)
            buffer.writeRepeatingByte(UInt8(ascii: " "), count: bytes)
            context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
        case .hang:
            break
        case .drip:
            write(Self.head(200, ["Content-Length": "100000"]), context)
            let channel = context.channel
            context.eventLoop.scheduleRepeatedTask(
                initialDelay: .zero, delay: .milliseconds(50)
            ) { task in
                guard channel.isActive else { return task.cancel() }
                channel.writeAndFlush(ByteBuffer(string: " "), promise: nil)
            }
        case .slow(let body, let milliseconds):
            let half = body.utf8.count / 2
            write(Self.head(200, ["Content-Length": "\(body.utf8.count)"]), context)
            write(String(body.prefix(half)), context)
            let channel = context.channel
            context.eventLoop.scheduleTask(in: .milliseconds(milliseconds)) {
                channel.writeAndFlush(
                    ByteBuffer(string: String(body.dropFirst(half))), promise: nil)
            }
        case .close:
            context.close(promise: nil)
        case .tunnel(let tls):
            write("HTTP/1.1 200 Connection established\r\n\r\n", context)
            do {
                try context.pipeline.syncOperations.addHandler(
                    NIOSSLServerHandler(context: tls), position: .first)
            } catch {
                context.close(promise: nil)
            }
        case .raw(let text):
            write(text, context)
            context.close(promise: nil)
        }
    }

    private func write(_ text: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }

    private static func head(_ status: Int, _ headers: HTTPHeaders) -> String {
        var text = "HTTP/1.1 \(status) \(HTTPResponseStatus(statusCode: status).reasonPhrase)\r\n"
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        return text + "\r\n"
    }
}
