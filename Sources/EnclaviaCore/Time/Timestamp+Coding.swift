import FoundationEssentials

extension Timestamp: TextCodable {
    package static let textName = "an RFC 3339 time"

    /// The millisecond in which `date` lies.
    package init(_ date: Date) {
        self.init(milliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded(.down)))
    }

    package var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }
}
