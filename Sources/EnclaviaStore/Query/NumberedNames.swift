import EnclaviaCore
import Glibc

/// Numbers the names in the rows of a statement, in the order in which they first occur, from 0: a name of two
/// texts, such as an owner and a repository, either of which may be NULL.
///
/// It compares SQLite's own bytes, so that a million rows make no strings, and holds each name once.
struct NumberedNames {
    /// The columns of a name.
    private static let columns: (CInt, CInt) = (3, 4)
    private static let null = -1

    private var bytes: [UInt8] = []
    private var names: [Name] = []
    /// Numbers at the places of their hashes, or at the next free place; −1 in free places. At most half are taken.
    private var table = [Int32](repeating: -1, count: 64)

    /// The lengths of a name's texts, which follow one another in `bytes`; −1 for NULL.
    private struct Name {
        let start: Int
        let owner: Int
        let name: Int
    }

    subscript(number: Int) -> (owner: String?, name: String?) {
        let name = names[number]
        func text(_ start: Int, _ length: Int) -> String? {
            length == Self.null
                ? nil : String(decoding: bytes[start..<start + length], as: UTF8.self)
        }
        return (text(name.start, name.owner), text(name.start + max(0, name.owner), name.name))
    }

    /// The number of the name in a row.
    mutating func number(_ row: RawStatement) -> Int {
        let (owner, name) = (row.bytes(Self.columns.0), row.bytes(Self.columns.1))
        let ownerLength = row.isNull(Self.columns.0) ? Self.null : owner.count
        let nameLength = row.isNull(Self.columns.1) ? Self.null : name.count
        var hasher = Hasher()
        hasher.combine(ownerLength)
        hasher.combine(bytes: owner)
        hasher.combine(bytes: name)
        var place = hasher.finalize() & (table.count - 1)
        while table[place] >= 0 {
            let known = names[Int(table[place])]
            if known.owner == ownerLength, known.name == nameLength, equals(known, owner, name) {
                return Int(table[place])
            }
            place = (place + 1) & (table.count - 1)
        }
        names.append(Name(start: bytes.count, owner: ownerLength, name: nameLength))
        bytes += owner
        bytes += name
        table[place] = Int32(names.count - 1)
        if names.count * 2 > table.count { grow() }
        return names.count - 1
    }

    private func equals(
        _ known: Name, _ owner: UnsafeRawBufferPointer, _ name: UnsafeRawBufferPointer
    ) -> Bool {
        bytes.withUnsafeBytes { bytes in
            let middle = known.start + owner.count
            return owner.equals(.init(rebasing: bytes[known.start..<middle]))
                && name.equals(.init(rebasing: bytes[middle..<middle + name.count]))
        }
    }

    /// Numbers in the order of their names: by owner, then by name, where NULL is the same as an empty text.
    func sorted(_ numbers: some Sequence<Int>) -> [Int] {
        bytes.withUnsafeBytes { bytes in
            func texts(_ number: Int) -> (UnsafeRawBufferPointer, UnsafeRawBufferPointer) {
                let name = names[number]
                let middle = name.start + max(0, name.owner)
                return (
                    .init(rebasing: bytes[name.start..<middle]),
                    .init(rebasing: bytes[middle..<middle + max(0, name.name)])
                )
            }
            return numbers.sorted { left, right in
                let (left, right) = (texts(left), texts(right))
                let order = left.0.compare(right.0)
                return order == 0 ? left.1.compare(right.1) < 0 : order < 0
            }
        }
    }

    private mutating func grow() {
        table = [Int32](repeating: -1, count: table.count * 2)
        for (number, name) in names.enumerated() {
            var hasher = Hasher()
            let middle = name.start + max(0, name.owner)
            bytes.withUnsafeBytes { bytes in
                hasher.combine(name.owner)
                hasher.combine(bytes: .init(rebasing: bytes[name.start..<middle]))
                hasher.combine(bytes: .init(rebasing: bytes[middle..<middle + max(0, name.name)]))
            }
            var place = hasher.finalize() & (table.count - 1)
            while table[place] >= 0 { place = (place + 1) & (table.count - 1) }
            table[place] = Int32(number)
        }
    }
}

/// A quarter of an hour, by the text of a time in UTC, `2026-08-01T10:15:00.000Z`.
struct QuarterHour {
    private static let length = 24
    /// Up to the minutes.
    private static let hour = 14

    private let hour: [UInt8]
    private let quarter: UInt8

    /// - Returns: `nil` for a time that is written otherwise.
    init?(_ text: UnsafeRawBufferPointer) {
        guard let quarter = Self.quarter(text) else { return nil }
        hour = Array(text.prefix(Self.hour))
        self.quarter = quarter
    }

    func contains(_ text: UnsafeRawBufferPointer) -> Bool {
        Self.quarter(text) == quarter
            && hour.withUnsafeBytes { $0.equals(.init(rebasing: text[..<Self.hour])) }
    }

    private static func quarter(_ text: UnsafeRawBufferPointer) -> UInt8? {
        guard text.count == length, text[length - 1] == UInt8(ascii: "Z") else { return nil }
        let zero = UInt8(ascii: "0")
        return ((text[hour] &- zero) &* 10 &+ (text[hour + 1] &- zero)) / 15
    }
}

extension UnsafeRawBufferPointer {
    func equals(_ other: UnsafeRawBufferPointer) -> Bool {
        count == other.count && compare(other) == 0
    }

    /// Less than, equal to or greater than 0 as these bytes come before the others, are the same, or come after.
    func compare(_ other: UnsafeRawBufferPointer) -> Int {
        guard let base = baseAddress, let otherBase = other.baseAddress else {
            return count - other.count
        }
        let order = Int(memcmp(base, otherBase, Swift.min(count, other.count)))
        return order == 0 ? count - other.count : order
    }
}
