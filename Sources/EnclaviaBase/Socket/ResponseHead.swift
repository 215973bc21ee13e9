/// The status line and headers of an HTTP response.
struct ResponseHead: Hashable, Sendable {
    let status: Int
    /// The bytes before the body.
    let length: Int
    /// `Content-Length`; `nil` where it is missing or invalid.
    let bodyLength: Int?
    let isChunked: Bool

    /// `nil` while the head is not complete, and where it is not HTTP.
    init?(_ bytes: [UInt8]) {
        let end: [UInt8] = [13, 10, 13, 10]
        guard let range = bytes.firstRange(of: end) else { return nil }
        let lines = String(decoding: bytes[..<range.lowerBound], as: UTF8.self)
            .split(separator: "\r\n")
        let words = (lines.first ?? "").split(separator: " ")
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
            return nil
        }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[colon...].dropFirst().drop { $0 == " " || $0 == "\t" }
            headers[line[..<colon].lowercased()] = String(value)
        }
        self.status = status
        length = range.upperBound
        bodyLength = headers["content-length"].flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
        isChunked = headers["transfer-encoding"] != nil
    }
}
