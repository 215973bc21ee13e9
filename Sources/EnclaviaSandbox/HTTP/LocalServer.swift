import Hummingbird

/// A Hummingbird server on a loopback port.
struct LocalServer: Sendable {
    let port: Int
    private let run: Task<Void, any Error>

    /// Serves `router` on `port`, or on any free port for 0, until it is stopped.
    static func start(_ router: Router<SandboxContext>, port: Int) async throws -> LocalServer {
        let (listening, announced) = AsyncThrowingStream<Int, any Error>.makeStream()
        var application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: port)),
            onServerRunning: { channel in
                if let port = channel.localAddress?.port { announced.yield(port) }
                announced.finish()
            })
        application.logger.logLevel = .critical
        let server = application
        let run = Task {
            do {
                try await server.run()
            } catch {
                announced.finish(throwing: error)
                throw error
            }
        }
        for try await port in listening { return LocalServer(port: port, run: run) }
        throw SandboxError.cannotStart("the server", reason: "it has no port")
    }

    func stop() async {
        run.cancel()
        _ = await run.result
    }
}
