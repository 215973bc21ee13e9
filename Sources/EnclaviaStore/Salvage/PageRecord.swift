/// A record of a page: the types of its columns, which are in the page, and its values, which may go on in overflow
/// pages.
///
/// Source: <https://www.sqlite.org/fileformat2.html#record_format>.
struct PageRecord {
    /// The serial type of each column.
    let types: [Int64]
    private let scan: PageScan
    private let length: Int
    private let header: Int
    private let local: ArraySlice<UInt8>
    private let overflow: Int64

    static let null: Int64 = 0
    /// No record of a table of ours has more columns, with those that `.recover` of the sqlite3 shell adds.
    private static let mostColumns = 128

    /// - Parameters:
    ///   - cell: at the beginning of the record.
    ///   - length: of the whole record, in bytes.
    init?(_ scan: PageScan, _ cell: ByteReader, _ length: Int, isTable: Bool) {
        let usable = scan.usable
        let most = isTable ? usable - 35 : (usable - 12) * 64 / 255 - 23
        var count = length
        if length > most {
            let least = (usable - 12) * 32 / 255 - 23
            let kept = least + (length - least) % (usable - 4)
            count = kept <= most ? kept : least
        }
        let rest = cell.rest
        guard rest.count >= count + (length > count ? 4 : 0) else { return nil }
        local = rest.prefix(count)
        overflow =
            length > count
            ? rest.dropFirst(count).prefix(4).reduce(0) { $0 << 8 | Int64($1) } : 0
        var reader = ByteReader(local, at: local.startIndex)
        guard let header = reader.varint(), header > 1, header <= count else { return nil }
        let end = local.startIndex + Int(header)
        var types: [Int64] = []
        while reader.position < end, types.count < Self.mostColumns {
            guard let type = reader.varint(), type >= 0 else { return nil }
            types.append(type)
        }
        self.types = types
        self.scan = scan
        self.length = length
        self.header = Int(header)
    }

    /// How many columns there are up to the last that is not NULL.
    var significant: Int { (types.lastIndex { $0 != Self.null } ?? -1) + 1 }

    func isText(_ column: Int) -> Bool {
        types.indices.contains(column) && types[column] >= 13 && types[column] % 2 == 1
    }

    /// Whether a column is a BLOB of `count` bytes.
    func isBlob(_ column: Int, of count: Int64) -> Bool {
        types.indices.contains(column) && types[column] == 12 + 2 * count
    }

    func isInteger(_ column: Int) -> Bool {
        types.indices.contains(column) && ((1...6) ~= types[column] || (8...9) ~= types[column])
    }

    /// The number of bytes of a column.
    private static func size(_ type: Int64) -> Int {
        switch type {
        case 0, 8, 9, 10, 11: 0
        case 1...4: Int(type)
        case 5: 6
        case 6, 7: 8
        default: Int(clamping: (type - 12) / 2)
        }
    }

    /// The beginning of a column's bytes, if the page has that many of them.
    func begins(_ column: Int, with prefix: [UInt8]) -> Bool {
        guard let range = range(column), range.count >= prefix.count,
            range.lowerBound + prefix.count <= local.count
        else { return false }
        return local.dropFirst(range.lowerBound).starts(with: prefix)
    }

    /// The place of a column in the record; `nil` if it is not within it.
    private func range(_ column: Int) -> Range<Int>? {
        guard types.indices.contains(column) else { return nil }
        var start = header
        for type in types[..<column] {
            start += Self.size(type)
            guard start <= length else { return nil }
        }
        let (end, overflows) = start.addingReportingOverflow(Self.size(types[column]))
        return overflows || end > length ? nil : start..<end
    }

    func integer(_ column: Int) -> Int64? {
        guard isInteger(column), let range = range(column), range.upperBound <= local.count else {
            return nil
        }
        if types[column] >= 8 { return types[column] - 8 }
        let bytes = local.dropFirst(range.lowerBound).prefix(range.count)
        let first = Int64(Int8(bitPattern: bytes.first ?? 0))
        return bytes.dropFirst().reduce(first) { $0 << 8 | Int64($1) }
    }

    /// The bytes of columns, for which the overflow pages are read; `nil` if one is missing.
    ///
    /// - Throws: `Errno`.
    func bytes(_ columns: [Int]) throws -> [[UInt8]]? {
        let ranges = columns.compactMap(range)
        guard ranges.count == columns.count, let end = ranges.map(\.upperBound).max() else {
            return nil
        }
        var payload = Array(local)
        var next = overflow
        // Each page adds bytes, so a chain that is a circle ends as well.
        while payload.count < end {
            guard let page = try scan.page(next) else { return nil }
            next = page[..<4].reduce(0) { $0 << 8 | Int64($1) }
            payload += page[4..<scan.usable].prefix(length - payload.count)
        }
        return ranges.map { Array(payload[$0]) }
    }
}
