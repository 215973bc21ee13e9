import EnclaviaCore
import Foundation
import Hummingbird

/// Writes every request to the log when it arrives, and completes the entry with its response.
struct RequestRecorder: RouterMiddleware {
    typealias Context = SandboxContext

    let service: String
    let log: RequestLog
    /// Whether bodies are read and logged; not for the registry, whose bodies are layers.
    let readsBodies: Bool

    /// Bodies of the backend's calls are small; a larger one is refused with 413.
    private static let bodyLimit = 1 << 20

    func handle(
        _ request: Request, context: SandboxContext,
        next: (Request, SandboxContext) async throws -> Response
    ) async throws -> Response {
        if request.uri.path.hasPrefix("/_sandbox") { return try await next(request, context) }
        var request = request
        var body: JSONValue?
        if readsBodies {
            let buffer = try await request.collectBody(upTo: Self.bodyLimit)
            body = Self.loggable(Array(buffer.readableBytesView), of: request)
        }
        let began = ContinuousClock.now
        let sequence = log.open(entry(for: request, body: body))
        do {
            let response = try await next(request, context)
            close(sequence, began, status: Int(response.status.code), context)
            return response
        } catch {
            let status = (error as? any HTTPResponseError).map { Int($0.status.code) }
            close(sequence, began, status: status, context)
            throw error
        }
    }

    private func close(
        _ sequence: Int, _ began: ContinuousClock.Instant, status: Int?, _ context: SandboxContext
    ) {
        log.close(sequence) {
            $0.status = status
            $0.fault = context.note.fault
            $0.milliseconds = Int(began.duration(to: .now) / .milliseconds(1))
        }
    }

    private func entry(for request: Request, body: JSONValue?) -> RequestLog.Entry {
        let authorization = request.headers[.authorization]
        return RequestLog.Entry(
            sequence: 0, time: Timestamp(Date()).description, service: service,
            method: request.method.rawValue, host: request.head.authority,
            path: request.uri.path, query: readsBodies ? request.uri.query : nil,
            userAgent: request.headers[.userAgent],
            idempotencyKey: request.headers[.idempotencyKey],
            contentType: request.headers[.contentType],
            authorization: authorization.flatMap {
                $0.split(separator: " ").first.map { $0.lowercased() }
            },
            authorizationSHA256: authorization.map { Digest(of: $0.utf8).hex }, body: body)
    }

    /// The body as JSON. For a form, an object of its fields, with hashes in place of secrets.
    private static func loggable(_ bytes: [UInt8], of request: Request) -> JSONValue? {
        guard !bytes.isEmpty else { return nil }
        guard request.headers[.contentType]?.hasPrefix("application/x-www-form-urlencoded") == true
        else {
            return JSONValue(bytes: bytes) ?? .string(String(decoding: bytes, as: UTF8.self))
        }
        let secrets: Set = ["code", "code_verifier", "refresh_token", "password"]
        let fields = FormFields(bytes).values.map { name, value in
            (
                name,
                JSONValue.string(
                    secrets.contains(name) ? Digest(of: value.utf8).description : value)
            )
        }
        return .object(Dictionary(fields, uniquingKeysWith: { _, last in last }))
    }
}
