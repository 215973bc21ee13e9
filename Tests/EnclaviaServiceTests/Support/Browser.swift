import NIOCore
import NIOPosix

/// The least that a browser does: one request, and the whole answer as text.
enum Browser {
    ///
    /// - Parameter host: the `Host` header; that of the redirect if it is `nil`.
    static func get(
        port: UInt16, _ uri: String, host: String? = nil, method: String = "GET"
    ) async -> String {
        let response: String? = try? await ClientBootstrap(
            group: MultiThreadedEventLoopGroup.singleton
        )
        .connect(host: "127.0.0.1", port: Int(port)) { channel in
            channel.eventLoop.makeCompletedFuture {
                try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
            }
        }
        .executeThenClose { inbound, outbound in
            try await outbound.write(
                ByteBuffer(
                    string:
                        "\(method) \(uri) HTTP/1.1\r\nHost: \(host ?? "127.0.0.1:\(port)")\r\n\r\n")
            )
            var text = ""
            for try await piece in inbound { text += String(buffer: piece) }
            return text
        }
        return response ?? ""
    }
}
