import EnclaviaCore
import SystemPackage

/// What a spool file holds.
enum SpoolText {
    /// The events of a file, in the order in which they were written.
    ///
    /// A last line without its newline is what a full disk or a death left of it, and is passed over.
    ///
    /// - Throws: the first other line's decoding error, or an `Errno`.
    static func events(in path: FilePath) throws -> [CloudEvent] {
        let file = try FileDescriptor.open(path, .readOnly, options: [.noFollow, .closeOnExec])
        let text = try file.closeAfter { try readAll(file) }
        var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        lines.removeLast()
        return try lines.map { line in
            try JSONText.decode(CloudEvent.self, fromBytes: Array(line))
        }
    }

    private static func readAll(_ file: FileDescriptor) throws -> [UInt8] {
        var text: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = try chunk.withUnsafeMutableBytes { try file.read(into: $0) }
            if count == 0 { return text }
            text += chunk[..<count]
        }
    }
}
