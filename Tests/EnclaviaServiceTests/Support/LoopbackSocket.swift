import Glibc
import SystemPackage

/// A bare connection to a port on 127.0.0.1, for what no HTTP client sends.
final class LoopbackSocket: Sendable {
    private let descriptor: Int32

    init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let response = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard response == 0 else { throw Errno(rawValue: errno) }
    }

    deinit { close(descriptor) }

    /// - Returns: `false` where the other side has closed.
    @discardableResult
    func send(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
            == bytes.count
    }

    /// Whether the other side has closed; drops what it has sent, and does not wait.
    var isClosed: Bool {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        var count = 0
        repeat {
            count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        } while count > 0
        return count == 0 || (count < 0 && errno != EAGAIN)
    }
}
