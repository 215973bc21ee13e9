import Foundation
import TestSupport

/// A Unix socket that answers each connection with `response` once the request has arrived.
final class StubSocket: Sendable {
    struct Client {
        let descriptor: Int32
        /// The part of the request that one read returned.
        let request: String

        /// Whether it could be sent.
        @discardableResult
        func send(_ text: String) -> Bool {
            let bytes = Array(text.utf8)
            var sent = 0
            while sent < bytes.count {
                let count = bytes.withUnsafeBytes {
                    Glibc.send(
                        descriptor, $0.baseAddress?.advanced(by: sent), bytes.count - sent,
                        Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { return false }
                sent += count
            }
            return true
        }
    }

    let path: String
    private let files: TemporaryDirectory
    private let listener: Int32

    init(_ response: @escaping @Sendable (Client) -> Void) throws {
        files = try TemporaryDirectory()
        path = files.path("socket")
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let name = Array(path.utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        guard isBound, listen(listener, 8) == 0 else {
            close(listener)
            throw CocoaError(.fileWriteUnknown)
        }
        let server = listener
        Thread.detachNewThread {
            while true {
                let descriptor = accept(server, nil, nil)
                guard descriptor >= 0 else { break }
                var request = [UInt8](repeating: 0, count: 4096)
                let count = recv(descriptor, &request, request.count, 0)
                let text = String(decoding: request.prefix(max(count, 0)), as: UTF8.self)
                response(Client(descriptor: descriptor, request: text))
                close(descriptor)
            }
            // Closed only here: the number may be reused by another socket, which must not be accepted from.
            close(server)
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }
}
