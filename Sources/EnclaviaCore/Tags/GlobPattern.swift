/// A glob with SQLite's meaning, which `history` filters have too: `*` is any text, `/` and `:` included,
/// `?` any one character, `[a-z]` one of a set and `[^a-z]` one that is not in it.
///
/// Source: sqlite3_strglob(), which SQLite's `GLOB` uses.
package struct GlobPattern: Hashable, Sendable {
    private enum Part: Hashable, Sendable {
        case text(UInt8)
        case one, many
        case set([ClosedRange<UInt8>], isExcluded: Bool)
    }

    private let parts: [Part]

    private init(parts: [Part]) {
        self.parts = parts
    }

    /// Matches every text.
    package static let any = GlobPattern(parts: [.many])

    /// `nil` for an empty glob, and for one with a set that does not end or has a range in reverse.
    package init?(_ glob: String) {
        var parts: [Part] = []
        var rest = Array(glob.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "*"): parts.append(.many)
            case UInt8(ascii: "?"): parts.append(.one)
            case UInt8(ascii: "["):
                guard let set = Self.set(&rest) else { return nil }
                parts.append(set)
            default: parts.append(.text(byte))
            }
        }
        guard !parts.isEmpty else { return nil }
        self.parts = parts
    }

    /// Compares `text`, which is ASCII, as references are.
    package func matches(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        var part = 0
        var index = 0
        /// Where to go on when the parts after the last `*` do not match here.
        var retry: (part: Int, index: Int)?
        while index < bytes.count || part < parts.count {
            if part < parts.count, parts[part] == .many {
                retry = (part, index)
                part += 1
            } else if part < parts.count, index < bytes.count,
                Self.matches(parts[part], bytes[index])
            {
                part += 1
                index += 1
            } else if let last = retry, last.index < bytes.count {
                retry = (last.part, last.index + 1)
                part = last.part + 1
                index = last.index + 1
            } else {
                return false
            }
        }
        return true
    }

    private static func matches(_ part: Part, _ byte: UInt8) -> Bool {
        switch part {
        case .text(let own): own == byte
        case .one, .many: true
        case .set(let ranges, let isExcluded):
            ranges.contains { $0.contains(byte) } != isExcluded
        }
    }

    /// Reads a set whose `[` has been read; a `]` at its beginning stands for itself.
    private static func set(_ rest: inout ArraySlice<UInt8>) -> Part? {
        let isExcluded = rest.first == UInt8(ascii: "^")
        if isExcluded { rest.removeFirst() }
        var ranges: [ClosedRange<UInt8>] = []
        var isFirst = true
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "]"), !isFirst { return .set(ranges, isExcluded: isExcluded) }
            isFirst = false
            guard rest.first == UInt8(ascii: "-"), let end = rest.dropFirst().first,
                end != UInt8(ascii: "]")
            else {
                ranges.append(byte...byte)
                continue
            }
            guard byte <= end else { return nil }
            ranges.append(byte...end)
            rest = rest.dropFirst(2)
        }
        return nil
    }
}
