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
    /// A proxy or a certificate file that cannot be used.
    case configuration(subject: String, reason: String)
    /// The task was cancelled.
    case cancelled

    /// Whether the same call may go better a moment later.
    var isTransient: Bool {
        switch self {
        case .timedOut, .connection: true
        case .tooLarge, .malformed, .configuration, .cancelled: false
        }
    }

    /// In a few words.
    var reason: String {
        switch self {
        case .timedOut(let seconds) where seconds <= 0: "there was no time left to ask"
        case .timedOut(let seconds): "no answer within \(Self.text(seconds)) s"
        case .connection(let reason), .malformed(let reason): reason
        case .tooLarge(let limit): "the answer is longer than \(limit >> 20) MiB"
        case .configuration(let subject, let reason): "\(subject): \(reason)"
        case .cancelled: "cancelled"
        }
    }

    private static func text(_ seconds: Double) -> String {
        let tenths = Int((seconds * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
