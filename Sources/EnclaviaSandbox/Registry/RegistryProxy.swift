import AsyncHTTPClient
import EnclaviaCore
import Foundation
import Hummingbird

/// A streaming proxy between the engine and the registry, which applies the registry's faults.
struct RegistryProxy: RouterMiddleware {
    typealias Context = SandboxContext

    /// The registry's unix socket.
    let socket: String
    let client: HTTPClient
    let faults: FaultBoard
    let tokens: TokenStore
    let log: RequestLog
    private let locks = PerKeyLock()

    func router() -> Router<SandboxContext> {
        let router = Router(context: SandboxContext.self)
        router.middlewares.add(RequestRecorder(service: "registry", log: log, readsBodies: false))
        router.middlewares.add(self)
        return router
    }

    func handle(
        _ request: Request, context: SandboxContext,
        next: (Request, SandboxContext) async throws -> Response
    ) async throws -> Response {
        let step = RegistryStep(request)
        if step == .storeManifest,
            let fault = faults.take(.token, where: { $0 == .expiresDuringPush })
        {
            context.note.set(fault, at: .token)
            tokens.expirePasswords()
            return try LocalBackend.registryRefusal(
                .unauthorized, "UNAUTHORIZED", "authentication required"
            ).response()
        }
        guard let fault = faults.take(.registry, where: { $0.concerns(step) }) else {
            return try await forward(request)
        }
        context.note.set(fault, at: .registry)
        return try await faulty(fault, request, context)
    }

    private func faulty(
        _ fault: Fault, _ request: Request, _ context: SandboxContext
    ) async throws -> Response {
        switch fault {
        case .status(413):
            // A proxy in front of a registry sends this response, not the registry.
            return Response(
                status: .contentTooLarge, headers: [.contentType: "text/html"],
                body: .init(byteBuffer: .init(string: "<html>413 Request Entity Too Large</html>")))
        case .status(let code):
            return try LocalBackend.registryRefusal(
                .init(code: code), RegistryStep.errorCode(ofStatus: code),
                "this fault was injected"
            ).response()
        case .down, .reset:
            context.hangUp()
            throw HungUp()
        case .hang:
            await faults.untilReplaced()
            context.hangUp()
            throw HungUp()
        case .slow, .reading(.slow):
            try await Task.sleep(for: .seconds(1))
            return try await forward(request)
        case .lostAnswer:
            _ = try await forward(request)
            context.hangUp()
            throw HungUp()
        case .noDigestHeader:
            var response = try await forward(request)
            response.headers[.contentDigest] = nil
            return response
        case .lyingDigest:
            var response = try await forward(request)
            response.headers[.contentDigest] = "sha256:" + String(repeating: "0", count: 64)
            return response
        case .missingManifest, .missingDigest:
            return try LocalBackend.registryRefusal(
                .notFound, "MANIFEST_UNKNOWN", "manifest unknown"
            )
            .response()
        case .noHead:
            return Response(status: .methodNotAllowed)
        case .reading(let fault):
            if fault.needsBody, request.method == .head {
                return Response(status: .methodNotAllowed)
            }
            return try await FaultyAnswer.response(fault, of: faults, to: request, context) {
                try await read(request)
            }
        // These are faults of the backend.
        case .drip, .garbage, .empty, .truncated, .huge, .redirect, .wrongType, .missingField,
            .hostile, .long, .echo, .noToken, .expired, .refused, .badState, .error,
            .expiresDuringPush:
            return try await forward(request)
        }
    }

    /// The registry's complete response about a manifest.
    private func read(_ request: Request) async throws -> Answer {
        let incoming = try await ask(request)
        var headers = Self.headers(incoming)
        headers[.contentLength] = nil
        let body = try await incoming.body.collect(upTo: 16 << 20)
        return Answer(
            .init(code: Int(incoming.status.code)), JSONValue(bytes: body.readableBytesView),
            headers: headers)
    }

    /// Headers of one connection, which a proxy does not pass on (RFC 9110 section 7.6.1), and
    /// those of the body's framing, which each side makes for itself.
    private static let hopByHop: Set = [
        "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding",
        "upgrade",
    ]

    /// The registry's response, whose body is not read yet.
    private func ask(_ request: Request) async throws -> HTTPClientResponse {
        guard let repository = Self.repositoryInTurn(request) else {
            return try await client.execute(outgoing(request), timeout: .hours(1))
        }
        return try await locks.take(repository) {
            try await client.execute(outgoing(request), timeout: .hours(1))
        }
    }

    /// The repository whose links `request` reads or writes; nil for the content of layers, which takes long.
    private static func repositoryInTurn(_ request: Request) -> String? {
        let path = request.uri.path
        if let end = path.range(of: "/manifests/")?.lowerBound { return String(path[..<end]) }
        guard let end = path.range(of: "/blobs/")?.lowerBound,
            [.head, .post, .put].contains(request.method)
        else { return nil }
        return String(path[..<end])
    }

    private func forward(_ request: Request) async throws -> Response {
        let incoming = try await ask(request)
        let headers = Self.headers(incoming)
        let status = HTTPResponse.Status(code: Int(incoming.status.code))
        if request.method == .head { return Response(status: status, headers: headers) }
        let length = headers[.contentLength].flatMap(Int.init)
        return Response(
            status: status, headers: headers,
            body: ResponseBody(contentLength: length) { writer in
                for try await part in incoming.body { try await writer.write(part) }
                try await writer.finish(nil)
            })
    }

    /// The request to send to the registry.
    private func outgoing(_ request: Request) -> HTTPClientRequest {
        var outgoing = HTTPClientRequest(
            url: UnixSocketClient.url(request.uri.string, at: socket))
        outgoing.method = .init(rawValue: request.method.rawValue)
        outgoing.headers.add(name: "Host", value: request.head.authority ?? "localhost")
        for field in request.headers {
            let name = field.name.canonicalName
            if !Self.hopByHop.contains(name), name != "content-length" {
                outgoing.headers.add(name: field.name.rawName, value: field.value)
            }
        }
        if let length = request.headers[.contentLength].flatMap(Int64.init) {
            outgoing.body = .stream(request.body, length: .known(length))
        } else if request.headers[.transferEncoding] != nil {
            outgoing.body = .stream(request.body, length: .unknown)
        }
        return outgoing
    }

    private static func headers(_ incoming: HTTPClientResponse) -> HTTPFields {
        var headers: HTTPFields = [:]
        for (name, value) in incoming.headers {
            guard !hopByHop.contains(name.lowercased()), let name = FieldName(name) else {
                continue
            }
            headers.append(.init(name: name, value: value))
        }
        return headers
    }
}
