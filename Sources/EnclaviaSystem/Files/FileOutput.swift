import Glibc
import SystemPackage

/// A file that is written in pieces of 64 KiB.
package final class FileOutput {
    private static let piece = 65_536

    private let file: FileDescriptor
    private var buffer: [UInt8] = []
    /// Whether a person reads it, so that text from outside must be made safe first.
    package let isTerminal: Bool

    package init(_ file: FileDescriptor) {
        self.file = file
        isTerminal = isatty(file.rawValue) == 1
    }

    /// Buffers the text, and writes the buffer once it holds a piece.
    ///
    /// - Throws: as ``flush()``.
    package func write(_ text: String) throws {
        buffer.append(contentsOf: text.utf8)
        if buffer.count >= Self.piece { try flush() }
    }

    /// Writes what the file at `path` holds.
    ///
    /// - Throws: as ``flush()``.
    package func copy(_ path: FilePath) throws {
        let source = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
        try source.closeAfter {
            var piece = [UInt8](repeating: 0, count: Self.piece)
            while true {
                let count = try piece.withUnsafeMutableBytes { try source.read(into: $0) }
                guard count > 0 else { return }
                buffer.append(contentsOf: piece[..<count])
                try flush()
            }
        }
    }

    /// Writes the buffered text.
    ///
    /// - Throws: `Errno`; `CancellationError` where a reader is so slow that the task is cancelled meanwhile.
    package func flush() throws {
        guard !buffer.isEmpty else { return }
        try file.writeWhole(buffer) { try Task.checkCancellation() }
        buffer.removeAll(keepingCapacity: true)
    }
}

extension FileDescriptor {
    /// Writes all of `bytes`, with at least one write(2). Waits for a descriptor that is non-blocking.
    ///
    /// - Parameter whileWaiting: called before each wait, of 50 ms at most.
    /// - Throws: `Errno`, and what `whileWaiting` throws.
    package func writeWhole<Failure: Error>(
        _ bytes: [UInt8], whileWaiting: () throws(Failure) -> Void
    ) throws {
        var rest = bytes[...]
        repeat {
            do {
                let count = try rest.withUnsafeBytes { try write($0) }
                rest = rest.dropFirst(count)
            } catch Errno.wouldBlock {
                try whileWaiting()
                var state = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
                _ = poll(&state, 1, 50)
            }
        } while !rest.isEmpty
    }
}
