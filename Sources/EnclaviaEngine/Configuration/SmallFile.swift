import EnclaviaSystem
import SystemPackage

/// A file that is read whole, up to a limit.
struct SmallFile {
    let text: String
    /// Whether it was longer than the limit.
    let isCutOff: Bool

    /// Reads at most `limit` bytes.
    static func read(_ path: String, limit: Int) throws(Errno) -> SmallFile {
        do {
            let file = try FileDescriptor.open(
                FilePath(native: path), .readOnly, options: [.closeOnExec, .nonBlocking])
            return try file.closeAfter {
                var bytes: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 16384)
                while bytes.count <= limit {
                    let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
                    if count == 0 { break }
                    bytes += buffer[..<count]
                }
                return SmallFile(
                    text: String(decoding: bytes.prefix(limit), as: UTF8.self),
                    isCutOff: bytes.count > limit)
            }
        } catch let error as Errno {
            throw error
        } catch {
            throw .ioError
        }
    }
}
