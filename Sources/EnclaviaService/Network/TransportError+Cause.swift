import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import SystemPackage

extension TransportError {
    /// The transport error for an error of the HTTP client.
    ///
    /// - Parameter limit: the timeout of the request.
    init(_ error: any Error, limit: Duration) {
        switch error {
        case let error as HTTPClientError:
            self.init(error, limit: limit)
        case let error as NIOConnectionError:
            self = .connection(reason: Self.reason(error))
        case let error as IOError:
            self = .connection(reason: Self.reason(error))
        case HTTPParserError.invalidEOFState:
            self = .connection(reason: "the connection was closed before the response was complete")
        case is HTTPParserError:
            self = .malformed(reason: "the response is not HTTP")
        case is CancellationError:
            self = .cancelled
        default:
            self = .connection(reason: Self.brief(error))
        }
    }

    private init(_ error: HTTPClientError, limit: Duration) {
        switch error {
        case .deadlineExceeded, .readTimeout, .writeTimeout:
            self = .timedOut(seconds: limit.seconds)
        case .connectTimeout, .getConnectionFromPoolTimeout:
            let connect = Double(Transport.connectLimit.nanoseconds) / 1e9
            self = .connection(
                reason: "no connection within \(Int(min(connect, limit.seconds).rounded(.up))) s")
        case .remoteConnectionClosed, .uncleanShutdown:
            self = .connection(reason: "the connection was closed before the response was complete")
        case .tlsHandshakeTimeout:
            self = .connection(reason: "the TLS handshake took too long")
        case .httpProxyHandshakeTimeout, .socksHandshakeTimeout:
            self = .connection(reason: "the proxy did not connect in time")
        case .cancelled, .requestStreamCancelled:
            self = .cancelled
        case .contentLengthMissing:
            self = .malformed(reason: "the response is not HTTP")
        default:
            self = .connection(reason: error.shortDescription)
        }
    }

    private static func reason(_ error: NIOConnectionError) -> String {
        if let failure = error.connectionErrors.first {
            switch failure.error {
            case let error as IOError: return reason(error)
            case is ChannelError: return "no connection in time"
            default: return brief(failure.error)
            }
        }
        return "the host name \(error.host) cannot be resolved"
    }

    /// The system's text for its error number, in lower case: `connection refused`.
    private static func reason(_ error: IOError) -> String {
        Errno(rawValue: error.errnoCode).description.lowercased()
    }

    private static func brief(_ error: any Error) -> String {
        String(String(describing: error).unicodeScalars.prefix(200))
    }
}
