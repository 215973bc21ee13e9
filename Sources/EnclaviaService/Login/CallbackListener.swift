import EnclaviaCore
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// Listens on 127.0.0.1 for the redirect of the browser (RFC 8252, 7.3). The first response to this login
/// ends the wait; every other request gets a 404.
///
/// Every web page, and every user of this machine, can send requests to it. So other requests have no
/// effect, and neither many connections nor slow ones block the browser's.
package struct CallbackListener: Sendable {
    package static let path = "/cb"

    /// The limits on connections.
    package struct Limits: Sendable {
        /// Connections at a time; one more closes the oldest.
        let connections: Int
        /// The longest time that a connection may last.
        let lifetime: Duration

        package init(connections: Int = 64, lifetime: Duration = .seconds(10)) {
            self.connections = connections
            self.lifetime = lifetime
        }
    }

    private let channel: any Channel
    private let gate: CallbackGate
    private let responses: AsyncStream<CallbackResponse>

    /// The port that is listened on.
    package let port: UInt16

    /// - Parameters:
    ///   - port: `nil` for any free port.
    ///   - state: the `state` that the response must have.
    /// - Throws: ``LoginError/portTaken(port:)``, ``LoginError/listenerFailed(reason:)``.
    package init(
        port: UInt16?, state: Secret, limits: Limits = Limits(),
        on group: MultiThreadedEventLoopGroup
    ) async throws(LoginError) {
        let (responses, continuation) = AsyncStream.makeStream(of: CallbackResponse.self)
        let gate = CallbackGate(state: state) { continuation.yield($0) }
        let connections = CallbackConnections(limit: limits.connections)
        self.responses = responses
        self.gate = gate
        do {
            channel = try await ServerBootstrap(group: group)
                // A port that the user chose can be reused right after a login.
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelInitializer { channel in
                    connections.add(channel)
                    return channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
                        try pipeline.addHandler(
                            CallbackHandler(gate, lifetime: limits.lifetime))
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

    package var redirect: String { "http://127.0.0.1:\(port)\(Self.path)" }

    /// Waits for the response to this login.
    ///
    /// - Throws: ``LoginError/timedOut(seconds:mismatchedResponses:)``; ``LoginError/cancelled`` where the
    ///   task is.
    package func response(withinSeconds seconds: Int) async throws(LoginError) -> CallbackResponse {
        let response = await withTaskGroup(of: CallbackResponse?.self) { race in
            race.addTask { await self.responses.first { _ in true } }
            race.addTask {
                // Cancelled when the response arrives.
                try? await Task.sleep(for: .seconds(seconds))
                return nil
            }
            let first = await race.next() ?? nil
            race.cancelAll()
            return first
        }
        if let response { return response }
        throw Task.isCancelled
            ? .cancelled
            : .timedOut(seconds: seconds, mismatchedResponses: gate.mismatchedResponses)
    }

    /// Stops listening. The last page is still sent.
    package func close() async {
        // An error has no effect: the process ends soon.
        try? await channel.close()
    }
}
