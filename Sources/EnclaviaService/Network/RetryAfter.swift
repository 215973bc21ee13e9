import EnclaviaCore

/// The `Retry-After` header: seconds, or a date (RFC 9110, 10.2.3).
enum RetryAfter {
    /// How long to wait from `now` on; `nil` where the header is missing or invalid.
    static func duration(_ response: HTTPResponse, now: Timestamp) -> Duration? {
        guard let text = response.headers.first(name: "Retry-After")?.trimmed else { return nil }
        if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            return .seconds(Int64(text) ?? Int64(Int32.max))
        }
        guard let date = HTTPDate.timestamp(text) else { return nil }
        return .milliseconds(max(0, date.milliseconds - now.milliseconds))
    }
}

/// A date in HTTP's preferred format, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7).
enum HTTPDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    static func timestamp(_ text: some StringProtocol) -> Timestamp? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT",
            let month = months.firstIndex(where: { $0 == words[2] })
        else { return nil }
        let number = month + 1
        return Timestamp("\(words[3])-\(number < 10 ? "0" : "")\(number)-\(words[1])T\(words[4])Z")
    }
}
