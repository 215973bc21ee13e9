import EnclaviaCore
import NIOCore
import NIOHTTP1

/// One request.
struct HTTPCall: Sendable {
    var method: HTTPMethod
    /// The service that the request goes to.
    let service: ServiceURL
    /// Path and query, appended to the service's own path.
    let target: String
    var headers: HTTPHeaders
    var body: [UInt8]?

    init(
        _ method: HTTPMethod, _ service: ServiceURL, _ target: String,
        headers: HTTPHeaders = [:], body: [UInt8]? = nil
    ) {
        self.method = method
        self.service = service
        self.target = target
        self.headers = headers
        self.body = body
    }

    var url: String { "\(service)\(target)" }
}

/// A complete HTTP response.
package struct HTTPResponse: Sendable {
    package let status: Int
    package let headers: HTTPHeaders
    package let body: [UInt8]

    package init(status: Int, headers: HTTPHeaders, body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

extension HTTPResponse {
    /// Whether the response is a web page, by its `Content-Type` (RFC 9110, 8.3).
    var isWebPage: Bool {
        let type = headers.first(name: "Content-Type")?.prefix { $0 != ";" }.trimmed.lowercased()
        return type == "text/html" || type == "application/xhtml+xml"
    }

    /// Whether the response is probably from a proxy that blocks the request. Never for 401 and 404, which
    /// servers may send with a web page, and which callers handle by their status.
    var isProxyPage: Bool { isWebPage && status != 401 && status != 404 }
}

/// Why a request has no response.
package enum TransportError: Error, Hashable, Sendable {
    /// The request timed out.
    case timedOut(seconds: Double)
    /// No connection, or one that broke.
    case connection(reason: String)
    /// The body of the response is longer than `limit` bytes.
    case tooLarge(limit: Int)
    /// The response is not valid HTTP.
    case malformed(reason: String)
    /// The host or the proxy responds, but a connection is not possible.
    case unreachable(ConnectionFault)
    /// A proxy or a certificate file that cannot be used.
    case configuration(subject: String, reason: String)
    /// The task was cancelled.
    case cancelled

    /// Whether a retry may succeed.
    var isTransient: Bool {
        switch self {
        case .timedOut, .connection: true
        case .unreachable(let fault): fault.isTransient
        case .tooLarge, .malformed, .configuration, .cancelled: false
        }
    }

    /// A short phrase for error messages.
    var reason: String {
        switch self {
        case .timedOut(let seconds) where seconds <= 0: "no time was left for the request"
        case .timedOut(let seconds): "timed out after \(Self.text(seconds)) s"
        case .connection(let reason), .malformed(let reason): reason
        case .tooLarge(let limit): "the response is longer than \(limit >> 20) MiB"
        case .unreachable: "no connection can be made"
        case .configuration(let subject, let reason): "\(subject): \(reason)"
        case .cancelled: "cancelled"
        }
    }

    private static func text(_ seconds: Double) -> String {
        let tenths = Int((seconds * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
