import EnclaviaCore

extension Timestamp {
    /// Parses the time at which a token expires, in the forms that programs write: an RFC 3339 time, also
    /// without an offset, which then means UTC (Python's `datetime.isoformat()`), with a space for the `T`, or
    /// with an offset `+0000` (ISO 8601); or a number of seconds or milliseconds since 1970, also as text.
    ///
    /// `nil` for anything else.
    package init?(expiry value: JSONValue?) {
        switch value {
        case .integer(let number): self.init(number: Double(number))
        case .number(let number): self.init(number: number)
        case .string(let text): self.init(expiryText: text.trimmed)
        case .null, .bool, .array, .object, nil: return nil
        }
    }

    /// Numbers from this one on are milliseconds: in seconds, it would be in the year 5138.
    private static let leastMilliseconds = 1e11

    private init?(number: Double) {
        let milliseconds = number.magnitude < Self.leastMilliseconds ? number * 1000 : number
        let range = Double(Self.earliest.milliseconds)...Double(Self.latest.milliseconds)
        guard range.contains(milliseconds) else { return nil }
        self.init(milliseconds: Int64(milliseconds))
    }

    private init?(expiryText text: String) {
        if let number = Double(text) {
            self.init(number: number)
            return
        }
        var bytes = Array(text.utf8)
        if bytes.count > 10, bytes[10] == UInt8(ascii: " ") { bytes[10] = UInt8(ascii: "T") }
        let sign = bytes.dropLast(4).last
        if sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
            bytes.suffix(4).allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains)
        {
            bytes.insert(UInt8(ascii: ":"), at: bytes.count - 2)
        }
        let whole = String(decoding: bytes, as: UTF8.self)
        guard let moment = Timestamp(whole) ?? Timestamp(whole + "Z") else { return nil }
        self = moment
    }
}
