import EnclaviaCore
import NIOCore
import NIOHTTP1
import Synchronization

/// The state that a login's connections share: the `state` to expect, and whether the response has arrived.
final class CallbackGate: Sendable {
    private struct Counts {
        var hasAnswer = false
        var mismatchedResponses = 0
    }

    private let state: Secret
    private let counts = Mutex(Counts())
    /// Receives the response, once.
    let deliver: @Sendable (CallbackResponse) -> Void

    init(state: Secret, deliver: @escaping @Sendable (CallbackResponse) -> Void) {
        self.state = state
        self.deliver = deliver
    }

    /// How many responses had another `state`.
    var mismatchedResponses: Int { counts.withLock(\.mismatchedResponses) }

    /// The response to this login, for the first request that carries it; `nil` for every other request.
    ///
    /// - Parameter port: the port that received the request.
    func admit(_ head: HTTPRequestHead, port: Int) -> CallbackResponse? {
        guard head.method == .GET, Self.isOwn(head.headers["Host"], port: port) else { return nil }
        switch CallbackRequest(uri: head.uri, state: state) {
        case .other:
            return nil
        case .foreign:
            counts.withLock { $0.mismatchedResponses += 1 }
            return nil
        case .response(let response):
            let isFirst = counts.withLock { counts in
                defer { counts.hasAnswer = true }
                return !counts.hasAnswer
            }
            return isFirst ? response : nil
        }
    }

    /// Whether the request's `Host` is the redirect's. A page whose host name resolves to this machine (DNS
    /// rebinding) sends that name.
    private static func isOwn(_ hosts: [String], port: Int) -> Bool {
        guard hosts.count == 1, let host = hosts.first?.lowercased() else { return false }
        return ["127.0.0.1", "localhost"].contains { name in
            // Browsers leave out the default port.
            host == "\(name):\(port)" || (port == 80 && host == name)
        }
    }
}

/// The open connections. Above the limit, the oldest is closed: a browser sends its request at once.
final class CallbackConnections: Sendable {
    private let limit: Int
    private let open = Mutex<[any Channel]>([])

    init(limit: Int) {
        self.limit = limit
    }

    func add(_ channel: any Channel) {
        let oldest = open.withLock { open -> (any Channel)? in
            open.append(channel)
            return open.count > limit ? open.removeFirst() : nil
        }
        oldest?.close(promise: nil)
        channel.closeFuture.whenComplete { [self] _ in
            open.withLock { open in open.removeAll { $0 === channel } }
        }
    }
}
