import SystemPackage

/// The write-ahead log of a damaged store. SQLite ignores a log from its first damaged frame on, without an error.
///
/// Source: <https://www.sqlite.org/fileformat2.html#the_write_ahead_log>.
struct WriteAheadLog {
    let size: Int64
    /// From its header; `nil` where there is none.
    private(set) var pageSize: Int?
    /// Whether a frame that ends a transaction follows a damaged one, or the header is damaged.
    private(set) var isDamaged = false

    private static let headerLength = 32
    private static let frameLength = 24

    init(_ path: FilePath) {
        size = path.status?.size ?? 0
        guard size > 0 else { return }
        guard let file = try? FileDescriptor.open(path, .readOnly, options: [.closeOnExec]) else {
            isDamaged = true
            return
        }
        defer { try? file.close() }
        let header = Self.read(file, 0, Self.headerLength)
        let magic = Self.number(header, 0)
        var sum = Checksum(isBigEndian: magic & 1 == 1)
        let size = Int(Self.number(header, 8))
        guard header.count == Self.headerLength, magic | 1 == 0x377F_0683,
            size >= 512, size <= 65536, size & (size - 1) == 0
        else {
            isDamaged = header.contains { $0 != 0 }
            return
        }
        pageSize = size
        sum.add(header[..<24])
        guard sum.isEqual(header, 24) else {
            isDamaged = true
            return
        }
        let salt = header[16..<24]
        var isValid = true
        var offset = Int64(Self.headerLength)
        while true {
            let frame = Self.read(file, offset, Self.frameLength + size)
            guard frame.count == Self.frameLength + size else { return }
            offset += Int64(frame.count)
            let isOfLog = frame[8..<16].elementsEqual(salt)
            if isValid {
                sum.add(frame[..<8])
                sum.add(frame[Self.frameLength...])
                isValid = isOfLog && sum.isEqual(frame, 16)
            }
            if !isValid, isOfLog, Self.number(frame, 4) > 0 {
                isDamaged = true
                return
            }
        }
    }

    private static func read(_ file: FileDescriptor, _ offset: Int64, _ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let read = try? bytes.withUnsafeMutableBytes {
            try file.read(fromAbsoluteOffset: offset, into: $0)
        }
        return Array(bytes.prefix(read ?? 0))
    }

    fileprivate static func number(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
        bytes.dropFirst(offset).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    private struct Checksum {
        let isBigEndian: Bool
        private var sums: (UInt32, UInt32) = (0, 0)

        init(isBigEndian: Bool) {
            self.isBigEndian = isBigEndian
        }

        mutating func add(_ bytes: ArraySlice<UInt8>) {
            bytes.withUnsafeBytes { bytes in
                for offset in stride(from: 0, to: bytes.count - 7, by: 8) {
                    sums.0 &+= word(bytes, offset) &+ sums.1
                    sums.1 &+= word(bytes, offset + 4) &+ sums.0
                }
            }
        }

        private func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt32 {
            let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
            return isBigEndian ? UInt32(bigEndian: word) : UInt32(littleEndian: word)
        }

        func isEqual(_ bytes: [UInt8], _ offset: Int) -> Bool {
            sums.0 == number(bytes, offset) && sums.1 == number(bytes, offset + 4)
        }
    }
}
