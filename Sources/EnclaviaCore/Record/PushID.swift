/// The identity of a push: a UUID of version 7, so that ids sort by the millisecond of their creation.
///
/// Source: RFC 9562, section 5.7.
package struct PushID: Hashable, Comparable, Sendable, TextCodable {
    /// The canonical text: 36 characters, lower case.
    package let text: String

    package static let textName = "a UUID of version 7"

    /// `nil` unless `text` is a UUID of version 7 in canonical lower case.
    package init?(_ text: some StringProtocol) {
        guard ReferenceGrammar.isPushID(Array(text.utf8)) else { return nil }
        self.text = String(text)
    }

    /// A new id for `now`, made unique by 74 bits of `random`.
    package init(at now: Timestamp, random: (UInt64, UInt64)) {
        let milliseconds = UInt64(max(0, now.milliseconds)) & 0xFFFF_FFFF_FFFF
        let high = milliseconds << 16 | 0x7000 | (random.0 & 0x0FFF)
        let low = (random.1 & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000
        var hex = ""
        for word in [high, low] {
            hex += Hexadecimal.encode(
                (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) })
        }
        let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { range in
            let start = hex.index(hex.startIndex, offsetBy: range.lowerBound)
            return hex[start..<hex.index(start, offsetBy: range.count)]
        }
        text = parts.joined(separator: "-")
    }

    package var description: String { text }

    /// When it was created, to the millisecond, by the clock of the machine that created it (RFC 9562, section
    /// 5.7).
    package var madeAt: Timestamp? {
        Int64(text.prefix(13).filter { $0 != "-" }, radix: 16).map(Timestamp.init(milliseconds:))
    }

    package static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}
