import SystemPackage

/// The write-ahead log of a damaged store. SQLite ignores a log from its first damaged frame on, without an error.
///
/// Source: <https://www.sqlite.org/fileformat2.html#the_write_ahead_log>.
struct WriteAheadLog {
    /// In bytes.
    private(set) var size: Int64 = 0
    /// From its header; `nil` where that is damaged.
    private(set) var pageSize: Int?
    /// Whether it may have had transactions that SQLite does not find: its header or a frame of its own is damaged,
    /// or it does not end where a transaction does.
    private(set) var isDamaged = false
    /// Whether it has frames that SQLite does not read, and that may be of transactions.
    private(set) var isUnread = false
    private var salt: [UInt8] = []

    private static let headerLength = 32
    static let frameLength = 24

    /// - Throws: `Errno`, `CancellationError`.
    init(_ path: FilePath) throws {
        guard path.status != nil else { return }
        let file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
        defer { try? file.close() }
        size = try file.seek(offset: 0, from: .end)
        guard size > 0 else { return }
        (isDamaged, isUnread) = (true, true)
        let header = try file.bytes(at: 0, count: Self.headerLength)
        let (magic, pageSize) = (header.number(0), Int(header.number(8)))
        var sum = Checksum(isBigEndian: magic & 1 == 1)
        sum.add(header.prefix(24))
        guard header.count == Self.headerLength, magic | 1 == 0x377F_0683,
            pageSize >= 512, pageSize <= 65536, pageSize & (pageSize - 1) == 0,
            sum.isEqual(header, 24)
        else { return }
        self.pageSize = pageSize
        salt = Array(header[16..<24])
        let end = try findEnd(file, pageSize, sum)
        isUnread = end.isUnread
        isDamaged = end.isUnread || !end.isCommitted
    }

    private func findEnd(
        _ file: FileDescriptor, _ pageSize: Int, _ sum: Checksum
    ) throws -> (isUnread: Bool, isCommitted: Bool) {
        var sum = sum
        var isValid = true
        var isCommitted = true
        var offset = Int64(Self.headerLength)
        while offset < size {
            if Task.isCancelled { throw CancellationError() }
            let frame = try file.bytes(at: offset, count: Self.frameLength + pageSize)
            offset += Int64(frame.count)
            let isWhole = frame.count == Self.frameLength + pageSize
            if isValid, isWhole {
                sum.add(frame[..<8])
                sum.add(frame[Self.frameLength...])
                isValid = frame[8..<16].elementsEqual(salt) && sum.isEqual(frame, 16)
            } else {
                isValid = false
            }
            if isValid {
                isCommitted = frame.number(4) > 0
            } else if isOwn(frame) {
                return (true, isCommitted)
            }
        }
        return (false, isCommitted)
    }

    /// Whether a frame that is not valid is not certainly one of an older log, whose place this one takes. The first
    /// half of the salt is counted up with each log, and the second is random.
    private func isOwn(_ frame: [UInt8]) -> Bool {
        guard frame.count >= Self.frameLength else { return true }
        let ahead = frame.number(8) &- salt.number(0)
        return frame.number(12) == salt.number(4) || ahead < 1 << 31
            || frame.prefix(Self.frameLength).allSatisfy { $0 == 0 }
    }

    /// The pages of the frames, by their offsets, whatever their checksums: all that are of this log, or any where
    /// the header does not tell.
    ///
    /// - Parameter pageSize: of the database, in bytes.
    /// - Throws: `Errno`, and what `body` throws.
    func forEachPage(
        of file: FileDescriptor, pageSize: Int, _ body: (Int, [UInt8]) throws -> Void
    ) throws {
        let length = Self.frameLength + pageSize
        for offset in stride(from: Int64(Self.headerLength), to: size, by: length) {
            if Task.isCancelled { throw CancellationError() }
            let frame = try file.bytes(at: offset, count: length)
            guard frame.count == length, salt.isEmpty || isOwn(frame) else { continue }
            try body(Int(frame.number(0)), Array(frame[Self.frameLength...]))
        }
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
            sums.0 == bytes.number(offset) && sums.1 == bytes.number(offset + 4)
        }
    }
}
