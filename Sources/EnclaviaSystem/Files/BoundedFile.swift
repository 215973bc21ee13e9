import EnclaviaCore
import SystemPackage

/// What a file holds, up to a limit.
package struct BoundedFile: Sendable {
    package let bytes: [UInt8]
    /// Whether it was longer than the limit.
    package let isCutOff: Bool

    /// Reads a file through symbolic links, and never waits for the writer of a pipe.
    ///
    /// - Parameter limit: in bytes.
    /// - Throws: `Errno`.
    package init(_ path: FilePath, limit: Int) throws(Errno) {
        do {
            let file = try FileDescriptor.open(
                path, .readOnly, options: [.closeOnExec, .nonBlocking])
            self = try file.closeAfter { try BoundedFile(file, limit: limit) }
        } catch {
            throw error as? Errno ?? .ioError
        }
    }

    /// Reads an open file to its end.
    ///
    /// - Parameter limit: in bytes.
    /// - Throws: `Errno`.
    package init(_ file: FileDescriptor, limit: Int) throws(Errno) {
        do {
            try self.init(file, limit: limit) {}
        } catch {
            throw error as? Errno ?? .ioError
        }
    }

    /// Reads an open file to its end.
    ///
    /// - Parameters:
    ///   - limit: in bytes.
    ///   - wait: is called before each read.
    /// - Throws: `Errno`, and what `wait` throws.
    package init(_ file: FileDescriptor, limit: Int, wait: () throws -> Void) throws {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16_384)
        while bytes.count <= limit {
            try wait()
            let count = try piece.withUnsafeMutableBytes { try file.read(into: $0) }
            if count == 0 { break }
            bytes += piece[..<count]
        }
        isCutOff = bytes.count > limit
        self.bytes = isCutOff ? Array(bytes[..<limit]) : bytes
    }

    /// The text, in which U+FFFD stands for what is not UTF-8.
    package var text: String { String(decoding: bytes, as: UTF8.self) }
}
