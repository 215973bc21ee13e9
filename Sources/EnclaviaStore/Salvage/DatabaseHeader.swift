/// The first 100 bytes of a database file.
///
/// Source: <https://www.sqlite.org/fileformat2.html#the_database_header>.
struct DatabaseHeader {
    static let length = 100
    private static let magic = Array("SQLite format 3\0".utf8)

    /// The size of a page, in bytes; `nil` if the header is damaged.
    let pageSize: Int?
    /// How many pages the database has after the last transaction that changed them; `nil` if the header does not tell.
    let pageCount: UInt32?
    /// The bytes at the end of each page that SQLite does not use.
    let reserved: Int

    init(_ bytes: [UInt8]) {
        let isHeader = bytes.count >= Self.length && bytes.starts(with: Self.magic)
        let size = isHeader ? Self.size(Int(bytes[16]) << 8 | Int(bytes[17])) : nil
        pageSize = size
        // Both numbers count transactions.
        let isCounted = size != nil && bytes.number(24) == bytes.number(92)
        pageCount = isCounted ? bytes.number(28) : nil
        reserved = size == nil ? 0 : min(Int(bytes[20]), 32)
    }

    private static func size(_ stored: Int) -> Int? {
        let size = stored == 1 ? 65536 : stored
        return size >= 512 && size <= 65536 && size & (size - 1) == 0 ? size : nil
    }

    /// A first page that SQLite accepts.
    ///
    /// - Parameters:
    ///   - rest: the page as it is; `nil` for one of an empty schema.
    ///   - isLogged: whether there is a write-ahead log.
    static func page(size: Int, keeping rest: [UInt8]?, isLogged: Bool) -> [UInt8] {
        var page = rest ?? [UInt8](repeating: 0, count: size)
        page.replaceSubrange(0..<length, with: [UInt8](repeating: 0, count: length))
        page.replaceSubrange(0..<magic.count, with: magic)
        page[16] = UInt8(truncatingIfNeeded: size == 65536 ? 0 : size >> 8)
        page[17] = size == 65536 ? 1 : UInt8(truncatingIfNeeded: size)
        let version: UInt8 = isLogged ? 2 : 1
        page.replaceSubrange(18..<24, with: [version, version, 0, 64, 32, 32])
        // The change counter, which differs from the one that the number of pages is valid for.
        page[27] = 1
        page[47] = 4
        page[59] = 1
        if rest == nil {
            // An empty leaf of a table, whose cells end at the end of the page.
            page[length] = PageScan.tableLeaf
            let end = size == 65536 ? 0 : size
            page[length + 5] = UInt8(truncatingIfNeeded: end >> 8)
            page[length + 6] = UInt8(truncatingIfNeeded: end)
        }
        return page
    }
}
