import Foundation
import Glibc

/// A Unix socket in place of an engine's.
final class StubEngine: Sendable {
    struct Failure: Error {
        let number: Int32
    }

    let path: String
    private let descriptor: Int32
    private let isSilent: Bool

    /// - Parameter images: its images; `nil` if it accepts connections and never answers.
    init(_ path: String, images: [String]?) throws {
        self.path = path
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        self.descriptor = descriptor
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let bound = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
        }
        guard bound == 0, listen(descriptor, 8) == 0 else { throw Failure(number: errno) }
        isSilent = images == nil
        if let images { Thread.detachNewThread { Self.answer(images, descriptor) } }
    }

    /// Accepts no more connections.
    func end() {
        shutdown(descriptor, Int32(SHUT_RDWR))
        if isSilent { close(descriptor) }
    }

    private static func answer(_ images: [String], _ descriptor: Int32) {
        let tags = images.map { #"{"RepoTags":["\#($0)"]}"# }.joined(separator: ",")
        let text = Array("HTTP/1.0 200 OK\r\n\r\n[\(tags)]".utf8)
        while true {
            let client = accept(descriptor, nil, nil)
            guard client >= 0 else { break }
            var request = [UInt8](repeating: 0, count: 4096)
            if read(client, &request, request.count) > 0 { _ = write(client, text, text.count) }
            close(client)
        }
        // Only this thread closes it: the number may be reused by another socket, which must not be accepted from.
        close(descriptor)
    }
}
