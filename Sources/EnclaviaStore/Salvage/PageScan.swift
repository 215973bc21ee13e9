import SystemPackage

/// Goes through all pages of a database file, whatever its schema says, and reads the records of tables, and the keys
/// of indexes. A record that is damaged is left out.
///
/// Source: <https://www.sqlite.org/fileformat2.html#b_tree_pages>.
struct PageScan {
    static let tableLeaf: UInt8 = 0x0D
    private static let indexLeaf: UInt8 = 0x0A
    private static let indexInterior: UInt8 = 0x02
    /// No record is longer, in bytes.
    private static let longest: Int64 = 1 << 28
    /// How many pages are read at once.
    private static let batch = 256

    let file: FileDescriptor
    let size: Int64
    let pageSize: Int
    /// The bytes of a page that SQLite uses.
    let usable: Int

    init(_ file: FileDescriptor, size: Int64, pageSize: Int, reserved: Int) {
        self.file = file
        self.size = size
        self.pageSize = pageSize
        usable = pageSize - reserved
    }

    enum Kind {
        case table(rowID: Int64)
        case index
    }

    /// Hands each record to `body`.
    ///
    /// - Throws: `Errno`, `CancellationError`, and what `body` throws.
    func run(
        progress: (Double) -> Void, _ body: (Kind, PageRecord) throws -> Void
    ) throws {
        var offset: Int64 = 0
        var number = 1
        while offset < size {
            let bytes = try file.bytes(at: offset, count: pageSize * Self.batch)
            guard !bytes.isEmpty else { return }
            for start in stride(from: 0, to: bytes.count, by: pageSize) {
                // The last page of a truncated file may be shorter.
                guard start + pageSize <= bytes.count else { break }
                try scan(Array(bytes[start..<start + pageSize]), number, body)
                number += 1
            }
            offset += Int64(bytes.count)
            progress(Double(offset) / Double(size))
        }
    }

    /// Hands each record of a page to `body`.
    ///
    /// - Throws: `Errno`, `CancellationError`, and what `body` throws.
    func scan(
        _ page: [UInt8], _ number: Int, _ body: (Kind, PageRecord) throws -> Void
    ) throws {
        let start = number == 1 ? DatabaseHeader.length : 0
        let type = page[start]
        guard [Self.tableLeaf, Self.indexLeaf, Self.indexInterior].contains(type) else { return }
        let pointers = start + (type == Self.indexInterior ? 12 : 8)
        let count = Int(page[start + 3]) << 8 | Int(page[start + 4])
        // Cells do not share bytes, nor overflow pages.
        var seen: Set<Int> = []
        var rest = size + Int64(pageSize)
        for index in 0..<min(count, (usable - pointers) / 2) {
            // Each record may have as many overflow pages as the file.
            if Task.isCancelled { throw CancellationError() }
            let place = pointers + 2 * index
            var cell = ByteReader(page[..<usable], at: Int(page[place]) << 8 | Int(page[place + 1]))
            guard cell.position > pointers, seen.insert(cell.position).inserted else { continue }
            if type == Self.indexInterior { cell.skip(4) }
            guard let length = cell.varint(), length >= 4,
                length <= min(Self.longest, rest)
            else { continue }
            rest -= length
            var kind = Kind.index
            if type == Self.tableLeaf {
                guard let rowID = cell.varint() else { continue }
                kind = .table(rowID: rowID)
            }
            guard let record = PageRecord(self, cell, Int(length), isTable: type == Self.tableLeaf)
            else { continue }
            try body(kind, record)
        }
    }

    /// A page; `nil` if the file does not have it.
    func page(_ number: Int64) throws -> [UInt8]? {
        guard number > 1, number <= size / Int64(pageSize) else { return nil }
        let page = try file.bytes(at: (number - 1) * Int64(pageSize), count: pageSize)
        return page.count == pageSize ? page : nil
    }
}

/// Reads numbers out of bytes that may be damaged.
struct ByteReader {
    private let bytes: ArraySlice<UInt8>
    private(set) var position: Int

    init(_ bytes: ArraySlice<UInt8>, at position: Int) {
        self.bytes = bytes
        self.position = position
    }

    var rest: ArraySlice<UInt8> {
        position < bytes.endIndex ? bytes[position...] : []
    }

    mutating func skip(_ count: Int) { position += count }

    /// A number of one to nine bytes, most significant first.
    mutating func varint() -> Int64? {
        var value: UInt64 = 0
        for index in 0..<9 {
            guard position < bytes.endIndex, position >= bytes.startIndex else { return nil }
            let byte = bytes[position]
            position += 1
            if index == 8 { return Int64(bitPattern: value << 8 | UInt64(byte)) }
            value = value << 7 | UInt64(byte & 0x7F)
            if byte < 0x80 { return Int64(bitPattern: value) }
        }
        return nil
    }
}
