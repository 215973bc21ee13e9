import EnclaviaCore
import NIOCore
import NIOHTTP1
import Synchronization

/// What the connections of one login share: which answer is awaited, and whether it has come.
final class CallbackGate: Sendable {
    private struct Counts {
        var hasAnswer = false
        var foreignAnswers = 0
    }

    private let state: Secret
    private let counts = Mutex(Counts())
    /// Is given the answer, once.
    let deliver: @Sendable (CallbackAnswer) -> Void

    init(state: Secret, deliver: @escaping @Sendable (CallbackAnswer) -> Void) {
        self.state = state
        self.deliver = deliver
    }

    /// How many answers carried another `state`.
    var foreignAnswers: Int { counts.withLock(\.foreignAnswers) }

    /// The answer to this login, for the first request that carries it; `nil` for every other request.
    ///
    /// - Parameter port: where it was received.
    func admit(_ head: HTTPRequestHead, port: Int) -> CallbackAnswer? {
        guard head.method == .GET, Self.isOwn(head.headers["Host"], port: port) else { return nil }
        switch CallbackRequest(uri: head.uri, state: state) {
        case .other:
            return nil
        case .foreign:
            counts.withLock { $0.foreignAnswers += 1 }
            return nil
        case .answer(let answer):
            let isFirst = counts.withLock { counts in
                defer { counts.hasAnswer = true }
                return !counts.hasAnswer
            }
            return isFirst ? answer : nil
        }
    }

    /// Whether the request is for the redirect's own host. A page of another name that was made to point
    /// here (DNS rebinding) sends that name.
    private static func isOwn(_ hosts: [String], port: Int) -> Bool {
        guard hosts.count == 1, let host = hosts.first?.lowercased() else { return false }
        return ["127.0.0.1", "localhost"].contains { name in
            // Browsers leave out the default port.
            host == "\(name):\(port)" || (port == 80 && host == name)
        }
    }
}

/// The connections that are open; the oldest of too many goes, since a browser sends its request at once.
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
