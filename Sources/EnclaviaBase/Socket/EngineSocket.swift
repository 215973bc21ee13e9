import Glibc
import Synchronization

/// One request to the engine's API over its Unix socket. It uses only system calls of the C library and
/// starts no process, so that it is fast enough for completion.
///
/// The request is HTTP/1.0, whose responses end with the connection and are never chunked
/// (RFC 1945, section 7.2.2).
package final class EngineSocket: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
    }

    package struct Response: Hashable, Sendable {
        package let status: Int
        package let body: [UInt8]
    }

    package enum Fault: Error, Hashable, Sendable {
        /// The connection failed, with this `errno`.
        case notConnected(Int32)
        /// The request timed out.
        case tooSlow
        /// ``cancel()`` was called.
        case cancelled
        /// The response is incomplete, not HTTP, or longer than the limit.
        case invalidResponse
    }

    private enum State {
        case idle, cancelled
        case open(Int32)
    }

    private let path: String
    private let state = Mutex(State.idle)

    package init(path: String) {
        self.path = path
    }

    /// Ends a ``request(_:by:milliseconds:limit:)`` that runs on another thread.
    package func cancel() {
        state.withLock { state in
            if case .open(let descriptor) = state { shutdown(descriptor, Int32(SHUT_RDWR)) }
            state = .cancelled
        }
    }

    /// Connects and closes the connection.
    ///
    /// - Returns: the `errno` of the attempt; 0 on success.
    package static func connectError(_ path: String) -> Int32 {
        let descriptor = socket(
            AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0
        )
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        do throws(Fault) {
            try SocketExchange(descriptor: descriptor, deadline: Deadline(after: .zero)).connect(
                to: path)
            return 0
        } catch .notConnected(let code) {
            return code
        } catch {
            return 0
        }
    }

    /// Sends a request without a body and reads the whole response, in at most `milliseconds` in total.
    ///
    /// - Parameter limit: the most bytes that are read.
    package func request(
        _ target: String, by method: Method = .get, milliseconds: Int64, limit: Int
    ) throws(Fault) -> Response {
        let descriptor = socket(
            AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0
        )
        guard descriptor >= 0 else { throw .notConnected(errno) }
        let isWanted = state.withLock { state in
            if case .cancelled = state { return false }
            state = .open(descriptor)
            return true
        }
        defer {
            state.withLock { state in
                if case .open = state { state = .idle }
            }
            close(descriptor)
        }
        guard isWanted else { throw .cancelled }

        do {
            let exchange = SocketExchange(
                descriptor: descriptor, deadline: Deadline(after: .milliseconds(milliseconds)))
            try exchange.connect(to: path)
            try exchange.send(
                "\(method.rawValue) \(target) HTTP/1.0\r\nHost: docker\r\nContent-Length: 0\r\n\r\n"
            )
            return try exchange.receive(limit: limit)
        } catch {
            let wasCancelled = state.withLock { if case .cancelled = $0 { true } else { false } }
            throw wasCancelled ? .cancelled : error
        }
    }
}

/// The steps of one request on a non-blocking socket, with one deadline.
private struct SocketExchange {
    let descriptor: Int32
    let deadline: Deadline

    func connect(to path: String) throws(EngineSocket.Fault) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = path.nativeBytes
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw .notConnected(ENAMETOOLONG)
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { throw .notConnected(errno) }
    }

    func send(_ text: String) throws(EngineSocket.Fault) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { bytes in
                Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                try wait(for: POLLOUT)
            } else if errno != EINTR {
                throw .notConnected(errno)
            }
        }
    }

    func receive(limit: Int) throws(EngineSocket.Fault) -> EngineSocket.Response {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        var head: ResponseHead?
        while true {
            let count = buffer.withUnsafeMutableBytes {
                recv(descriptor, $0.baseAddress, $0.count, 0)
            }
            if count > 0 {
                bytes += buffer[..<count]
                guard bytes.count <= limit else { throw .invalidResponse }
                if head == nil { head = ResponseHead(bytes) }
                if let head, let length = head.bodyLength, bytes.count - head.length >= length {
                    break
                }
            } else if count == 0 {
                break
            } else if errno == EAGAIN {
                try wait(for: POLLIN)
            } else if errno != EINTR {
                throw .notConnected(errno)
            }
        }
        guard let head, !head.isChunked else { throw .invalidResponse }
        let body = bytes.dropFirst(head.length)
        if let length = head.bodyLength, body.count < length { throw .invalidResponse }
        return EngineSocket.Response(status: head.status, body: Array(body))
    }

    private func wait(for event: Int32) throws(EngineSocket.Fault) {
        while true {
            guard !deadline.hasPassed else { throw .tooSlow }
            var request = pollfd(fd: descriptor, events: Int16(event), revents: 0)
            let ready = poll(&request, 1, Int32(clamping: deadline.remaining.milliseconds))
            if ready > 0 { return }
            if ready < 0, errno != EINTR { throw .notConnected(errno) }
        }
    }
}
