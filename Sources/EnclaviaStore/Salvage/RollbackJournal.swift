import SystemPackage

/// The rollback journal of a damaged store. SQLite ignores one whose header is damaged, and plays it back up to its
/// first damaged page, without an error.
///
/// Source: <https://www.sqlite.org/fileformat2.html#the_rollback_journal>.
struct RollbackJournal {
    /// Whether an unfinished transaction may be in the database in part.
    private(set) var isDamaged = false

    private static let magic: [UInt8] = [0xD9, 0xD5, 0x05, 0xF9, 0x20, 0xA1, 0x63, 0xD7]
    /// The bytes of a header before its padding.
    private static let headerLength = 28
    /// How far apart the bytes are that a page's checksum adds up.
    private static let step = 200

    /// Reads a copy of the journal, and removes the name of a super-journal from it: SQLite deletes the file of that
    /// name after playing the journal back.
    ///
    /// - Throws: `Errno`.
    init(_ copy: FilePath) throws {
        guard copy.status != nil else { return }
        let file = try FileDescriptor.open(copy, .readWrite, options: [.closeOnExec])
        defer { try? file.close() }
        let size = try file.seek(offset: 0, from: .end)
        guard size > 0 else { return }
        isDamaged = try Self.hasDamage(file, size)
        let end = size - Int64(Self.magic.count)
        guard end >= 0, try file.bytes(at: end, count: Self.magic.count) == Self.magic else {
            return
        }
        try file.writeAll(
            toAbsoluteOffset: end, [UInt8](repeating: 0, count: Self.magic.count))
        // Whether the transaction was committed is in the file of that name.
        isDamaged = true
    }

    private static func hasDamage(_ file: FileDescriptor, _ size: Int64) throws -> Bool {
        var offset: Int64 = 0
        while offset < size {
            let header = try file.bytes(at: offset, count: headerLength)
            let (sector, pageSize) = (header.number(20), header.number(24))
            guard header.count == headerLength, sector >= 32, sector <= 65536,
                pageSize >= 512, pageSize <= 65536, pageSize & (pageSize - 1) == 0
            else { return offset == 0 }
            guard header.starts(with: magic) else {
                // The journal was not synced yet, so the database is as it was before.
                return offset == 0 && header.prefix(12).contains { $0 != 0 }
            }
            let count = header.number(8)
            // A journal that is never synced has no count.
            guard count != .max else { return false }
            offset += Int64(sector)
            for _ in 0..<count {
                let page = try file.bytes(at: offset + 4, count: Int(pageSize) + 4)
                guard page.count == Int(pageSize) + 4,
                    page.number(Int(pageSize)) == checksum(page.dropLast(4), header.number(12))
                else { return true }
                offset += Int64(pageSize) + 8
            }
            offset = (offset + Int64(sector) - 1) / Int64(sector) * Int64(sector)
        }
        return false
    }

    private static func checksum(_ page: ArraySlice<UInt8>, _ nonce: UInt32) -> UInt32 {
        stride(from: page.count - step, to: 0, by: -step).reduce(nonce) {
            $0 &+ UInt32(page[page.startIndex + $1])
        }
    }
}

extension [UInt8] {
    /// The number in four bytes, most significant first; 0 behind the end.
    func number(_ offset: Int) -> UInt32 {
        dropFirst(offset).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }
}

extension FileDescriptor {
    /// Reads at most `count` bytes; fewer at the end of the file.
    ///
    /// - Throws: `Errno`.
    func bytes(at offset: Int64, count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let added = try bytes.withUnsafeMutableBytes { buffer in
                try read(
                    fromAbsoluteOffset: offset + Int64(done),
                    into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]))
            }
            if added == 0 { break }
            done += added
        }
        bytes.removeSubrange(done...)
        return bytes
    }
}
