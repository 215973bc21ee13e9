import FoundationEssentials

/// A moment, in whole milliseconds since 1970-01-01T00:00:00Z.
///
/// Its text is RFC 3339 in UTC with exactly three fractional digits, so that texts sort as moments do.
package struct Timestamp: Hashable, Comparable, Sendable, TextCodable {
    package let milliseconds: Int64

    package static let textName = "an RFC 3339 time"

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// The millisecond in which `date` lies.
    package init(_ date: Date) {
        milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded(.down))
    }

    /// Reads an RFC 3339 date-time with any offset and any number of fractional digits (RFC 3339, 5.6).
    package init?(_ text: some StringProtocol) {
        guard let parsed = RFC3339.milliseconds(text) else { return nil }
        milliseconds = parsed
    }

    package var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }

    package var description: String { RFC3339.text(milliseconds) }

    package static func < (left: Self, right: Self) -> Bool {
        left.milliseconds < right.milliseconds
    }

    package func adding(milliseconds more: Int64) -> Timestamp {
        Timestamp(milliseconds: milliseconds + more)
    }
}
