/// The date-time grammar of RFC 3339, section 5.6, for years 0001 to 9999.
///
/// Written by hand because an import may parse a million records: Foundation's formatter and calendar are some
/// thirty times slower for the one fixed format that is needed here.
package enum RFC3339 {
    package static func text(_ milliseconds: Int64) -> String {
        let day = milliseconds.floorDiv(86_400_000)
        let inDay = milliseconds - day * 86_400_000
        let (year, month, dayOfMonth) = civil(fromDays: day)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(24)
        append(year, 4, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        append(month, 2, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        append(dayOfMonth, 2, to: &bytes)
        bytes.append(UInt8(ascii: "T"))
        append(inDay / 3_600_000, 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        append(inDay / 60_000 % 60, 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        append(inDay / 1000 % 60, 2, to: &bytes)
        bytes.append(UInt8(ascii: "."))
        append(inDay % 1000, 3, to: &bytes)
        bytes.append(UInt8(ascii: "Z"))
        return String(decoding: bytes, as: UTF8.self)
    }

    static func milliseconds(_ text: some StringProtocol) -> Int64? {
        var reader = Reader(text)
        guard let year = reader.number(4), reader.take("-"), let month = reader.number(2),
            reader.take("-"), let day = reader.number(2), reader.take("T", or: "t"),
            let hour = reader.number(2), reader.take(":"), let minute = reader.number(2),
            reader.take(":"), let second = reader.number(2),
            let fraction = reader.fraction(), let offset = reader.offset(), reader.isAtEnd,
            year >= 1, (1...12).contains(month), day >= 1, day <= daysIn(month, of: year),
            hour < 24, minute < 60, second <= 60
        else { return nil }
        let seconds =
            days(fromCivil: year, month, day) * 86_400 + hour * 3600 + minute * 60 + second
            - offset
        // An offset can move the moment out of the years 0001 to 9999.
        let moment = Timestamp(milliseconds: seconds * 1000 + fraction)
        return (Timestamp.earliest...Timestamp.latest).contains(moment) ? moment.milliseconds : nil
    }

    private static func append(_ value: Int64, _ width: Int, to bytes: inout [UInt8]) {
        var divisor: Int64 = 1
        for _ in 1..<width { divisor *= 10 }
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
            divisor /= 10
        }
    }

    /// Days since 1970-01-01 of a proleptic Gregorian date, counted in 400-year eras from March.
    package static func days(fromCivil year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted.floorDiv(400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    package static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = shifted.floorDiv(146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, day)
    }

    package static func daysIn(_ month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension RFC3339 {
    /// Parses a date-time from its beginning; each step returns `nil` or `false` at the first byte that does not
    /// match.
    package struct Reader {
        private let bytes: [UInt8]
        private var index = 0

        package init(_ text: some StringProtocol) {
            bytes = Array(text.utf8)
        }

        package var isAtEnd: Bool { index == bytes.count }
        package var rest: String { String(decoding: bytes[index...], as: UTF8.self) }

        package mutating func number(_ width: Int) -> Int64? {
            guard index + width <= bytes.count else { return nil }
            var value: Int64 = 0
            for byte in bytes[index..<index + width] {
                guard ReferenceGrammar.isDigit(byte) else { return nil }
                value = value * 10 + Int64(byte - UInt8(ascii: "0"))
            }
            index += width
            return value
        }

        package mutating func take(_ character: Unicode.Scalar, or other: Unicode.Scalar? = nil)
            -> Bool
        {
            guard index < bytes.count else { return false }
            let byte = UInt32(bytes[index])
            guard byte == character.value || byte == other?.value else { return false }
            index += 1
            return true
        }

        /// Milliseconds; 0 where there is no fraction. Digits after the third are ignored.
        package mutating func fraction() -> Int64? {
            guard take(".") else { return 0 }
            var value: Int64 = 0
            var digits = 0
            while index < bytes.count, ReferenceGrammar.isDigit(bytes[index]) {
                if digits < 3 { value = value * 10 + Int64(bytes[index] - UInt8(ascii: "0")) }
                digits += 1
                index += 1
            }
            guard digits > 0 else { return nil }
            for _ in 0..<max(0, 3 - digits) { value *= 10 }
            return value
        }

        /// Seconds east of Greenwich.
        package mutating func offset() -> Int64? {
            if take("Z", or: "z") { return 0 }
            let sign: Int64
            if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return nil }
            guard let hours = number(2), take(":"), let minutes = number(2), hours < 24,
                minutes < 60
            else { return nil }
            return sign * (hours * 3600 + minutes * 60)
        }
    }
}

extension Int64 {
    fileprivate func floorDiv(_ divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
