import SystemPackage

/// Reads a file line by line, in constant memory. Skips a byte order mark before the first line, which some editors
/// write.
struct LineReader {
    /// The most bytes of a line; longer ones are rejected.
    static let lineLimit = 16 << 20

    /// U+FEFF in UTF-8 (RFC 3629, section 6).
    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private let file: FileDescriptor
    private let size: Int64
    private var chunk = [UInt8](repeating: 0, count: 1 << 18)
    private var range = 0..<0
    /// Where the next chunk begins in the file.
    private var chunkOffset: Int64
    private var isAtEnd = false
    /// The number of the line that was read last, from 1.
    private(set) var number = 0

    /// Reads from the beginning of a seekable file.
    ///
    /// - Parameter size: how much of it to read, in bytes.
    /// - Parameter offset: where to begin; the first line may be a part of one then.
    init(_ file: FileDescriptor, from offset: Int64 = 0, size: Int64) {
        self.file = file
        self.size = size
        chunkOffset = offset
    }

    /// How many bytes of the file the lines so far take.
    var bytesRead: Int64 { chunkOffset - Int64(range.count) }

    /// The next line without its newline; `nil` at the end.
    ///
    /// - Throws: `Errno`; ``LineTooLong``.
    mutating func next() throws -> [UInt8]? {
        var line: [UInt8] = []
        while true {
            if range.isEmpty, try !fill() {
                guard !line.isEmpty else { return nil }
                number += 1
                return line
            }
            if let newline = chunk[range].firstIndex(of: UInt8(ascii: "\n")) {
                line += chunk[range.lowerBound..<newline]
                range = newline + 1..<range.upperBound
                number += 1
                return line
            }
            line += chunk[range]
            range = range.upperBound..<range.upperBound
            guard line.count <= Self.lineLimit else { throw LineTooLong(number: number + 1) }
        }
    }

    struct LineTooLong: Error {
        let number: Int
    }

    private mutating func fill() throws -> Bool {
        let file = file
        let offset = chunkOffset
        let left = Int(clamping: size - offset)
        let count = try chunk.withUnsafeMutableBytes { chunk in
            try file.read(
                fromAbsoluteOffset: offset,
                into: UnsafeMutableRawBufferPointer(rebasing: chunk[..<min(left, chunk.count)]))
        }
        chunkOffset += Int64(count)
        range = 0..<count
        if offset == 0, chunk[range].starts(with: Self.byteOrderMark) {
            range = Self.byteOrderMark.count..<count
        }
        return count > 0
    }
}
