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
    /// Where a header has the number of pages that the database had before the transaction.
    private static let sizeOffset: Int64 = 16
    /// How far apart the bytes are that a page's checksum adds up.
    private static let step = 200

    /// Reads a copy of the journal, and removes the name of a super-journal from it: SQLite deletes the file of that
    /// name after playing the journal back.
    ///
    /// - Parameters:
    ///   - pages: how many the database has.
    ///   - stated: how many its first page says.
    /// - Throws: `Errno`, `CancellationError`.
    init(_ copy: FilePath, pages: Int64, stated: UInt32?) throws {
        guard copy.status != nil else { return }
        let file = try FileDescriptor.open(copy, .readWrite, options: [.closeOnExec])
        defer { try? file.close() }
        let size = try file.seek(offset: 0, from: .end)
        guard size > 0 else { return }
        var reading = Reading(file, size, pages, stated)
        isDamaged = try reading.hasDamage()
        if reading.hasWrongSize {
            // SQLite would give the database that size.
            let size = UInt32(clamping: pages)
            for header in reading.headers {
                let bytes = withUnsafeBytes(of: size.bigEndian) { Array($0) }
                try file.writeAll(toAbsoluteOffset: header + Self.sizeOffset, bytes)
            }
        }
        let end = size - Int64(Self.magic.count)
        guard end >= 0, try file.bytes(at: end, count: Self.magic.count) == Self.magic else {
            return
        }
        try file.writeAll(
            toAbsoluteOffset: end, [UInt8](repeating: 0, count: Self.magic.count))
        // Whether the transaction was committed is in the file of that name.
        isDamaged = true
    }

    /// Goes through the headers, each with its pages.
    private struct Reading {
        let file: FileDescriptor
        let size: Int64
        let pages: Int64
        /// What the first page says, as long as no copy of it is found.
        private var stated: UInt32?
        /// How many pages the journal says that the database had.
        private var initial: UInt32?
        /// Where the headers are.
        private(set) var headers: [Int64] = []
        private var offset: Int64 = 0

        init(_ file: FileDescriptor, _ size: Int64, _ pages: Int64, _ stated: UInt32?) {
            self.stated = stated
            self.file = file
            self.size = size
            self.pages = pages
        }

        /// Whether the journal says another number of pages than the first page.
        var hasWrongSize: Bool {
            initial.map { Int64($0) > pages || $0 != stated } ?? false
        }

        mutating func hasDamage() throws -> Bool {
            var first: [UInt8] = []
            while offset < size {
                let header = try file.bytes(at: offset, count: headerLength)
                if first.isEmpty { first = header }
                let (sector, pageSize) = (Int64(header.number(20)), Int(header.number(24)))
                // All headers have the sizes of the first.
                guard header.count == headerLength, header.suffix(12) == first.suffix(12),
                    sector >= 32, sector <= 65536, pageSize >= 512, pageSize <= 65536,
                    pageSize & (pageSize - 1) == 0
                else { return true }
                guard header.starts(with: magic) else {
                    // It was not synced yet, so the pages behind it are those that the database has.
                    return header.prefix(12).contains { $0 != 0 }
                }
                headers.append(offset)
                initial = header.number(16)
                offset += sector
                // A journal that is never synced has no count.
                let rest = (size - offset) / Int64(pageSize + 8)
                let count = header.number(8) == .max ? rest : Int64(header.number(8))
                guard count <= rest, try arePages(count, pageSize, header) else { return true }
                offset = (offset + sector - 1) / sector * sector
            }
            return hasWrongSize
        }

        private mutating func arePages(
            _ count: Int64, _ size: Int, _ header: [UInt8]
        ) throws -> Bool {
            for _ in 0..<count {
                if Task.isCancelled { throw CancellationError() }
                let page = try file.bytes(at: offset, count: size + 8)
                offset += Int64(page.count)
                let content = page.dropFirst(4).dropLast(4)
                guard page.number(4 + size) == checksum(content, header.number(12)) else {
                    return false
                }
                if page.number(0) == 1 {
                    stated = DatabaseHeader(Array(content.prefix(DatabaseHeader.length))).pageCount
                }
            }
            return true
        }

        private func checksum(_ page: ArraySlice<UInt8>, _ nonce: UInt32) -> UInt32 {
            stride(from: page.count - step, to: 0, by: -step).reduce(nonce) {
                $0 &+ UInt32(page[page.startIndex + $1])
            }
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
