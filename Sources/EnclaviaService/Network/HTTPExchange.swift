import EnclaviaCore
import NIOCore
import NIOHTTP1

/// One request.
struct HTTPCall: Sendable {
    var method: HTTPMethod
    /// The host and scheme to talk to.
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

/// A whole answer.
package struct HTTPAnswer: Sendable {
    package let status: Int
    package let headers: HTTPHeaders
    package let body: [UInt8]

    package init(status: Int, headers: HTTPHeaders, body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

extension HTTPAnswer {
    /// Whether it is a page to look at, by its type (RFC 9110, 8.3).
    var isWebPage: Bool {
        let type = headers.first(name: "Content-Type")?.prefix { $0 != ";" }.trimmed.lowercased()
        return type == "text/html" || type == "application/xhtml+xml"
    }

    /// Whether the answer is probably a proxy's, which blocks the call. A server that is none of ours answers 401
    /// and 404 with a page, too, and both have a meaning of their own here.
    var isProxyPage: Bool { isWebPage && status != 401 && status != 404 }
}

/// Why there is no answer.
package enum TransportError: Error, Hashable, Sendable {
    /// The time for the call ran out.
    case timedOut(seconds: Double)
    /// No connection, or one that broke.
    case connection(reason: String)
    /// The answer is longer than this program takes.
    case tooLarge(limit: Int)
    /// The answer is no HTTP.
    case malformed(reason: String)
    /// Somebody answered, and no connection may be made.
    case unreachable(ConnectionFault)
    /// A proxy or a certificate file that cannot be used.
    case configuration(subject: String, reason: String)
    /// The task was cancelled.
    case cancelled

    /// Whether the same call may go better a moment later.
    var isTransient: Bool {
        switch self {
        case .timedOut, .connection: true
        case .unreachable(let fault): fault.isTransient
        case .tooLarge, .malformed, .configuration, .cancelled: false
        }
    }

    /// In a few words.
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
