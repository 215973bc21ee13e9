/// A moment, in whole milliseconds since 1970-01-01T00:00:00Z.
///
/// Its text is RFC 3339 in UTC with exactly three fractional digits, so that texts sort as moments do.
package struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// Reads an RFC 3339 date-time with any offset and any number of fractional digits (RFC 3339, 5.6).
    package init?(_ text: some StringProtocol) {
        guard let parsed = RFC3339.milliseconds(text) else { return nil }
        milliseconds = parsed
    }

    package var description: String { RFC3339.text(milliseconds) }

    package static func < (left: Self, right: Self) -> Bool {
        left.milliseconds < right.milliseconds
    }

    package func adding(milliseconds more: Int64) -> Timestamp {
        Timestamp(milliseconds: milliseconds + more)
    }

    /// 0001-01-01T00:00:00.000Z, the first that this program reads and writes.
    package static let earliest = Timestamp(milliseconds: -62_135_596_800_000)
    /// 9999-12-31T23:59:59.999Z, the last that RFC 3339 can write.
    package static let latest = Timestamp(milliseconds: 253_402_300_799_999)
}
