extension TimeExpression {
    /// - Throws: the first part of `text` that breaks the grammar.
    package init(_ text: String) throws(TimeExpressionError) {
        switch text {
        case "": throw .empty
        case "now": self = .now
        case "today": self = .recentDay(ago: 0)
        case "yesterday": self = .recentDay(ago: 1)
        default:
            if let moment = Timestamp(text) {
                self = .moment(moment)
            } else if let age = try Self.age(text) {
                self = .age(age)
            } else {
                self = try Self.local(text)
            }
        }
    }

    /// The longest age, in milliseconds: it keeps every moment that it can name in the year 1 or later.
    private static let longestAge: Int64 = 1_900 * 366 * 86_400_000

    /// `nil` where `text` is not digits and a word.
    private static func age(_ text: String) throws(TimeExpressionError) -> Int64? {
        let digits = text.utf8.prefix(while: Grammar.isDigit)
        let unit = String(text.dropFirst(digits.count))
        guard !digits.isEmpty, unit.first?.isLetter == true, unit.allSatisfy(\.isLetter) else {
            return nil
        }
        let unitMilliseconds: Int64
        switch unit {
        case "s": unitMilliseconds = 1_000
        case "m": unitMilliseconds = 60_000
        case "h": unitMilliseconds = 3_600_000
        case "d": unitMilliseconds = 86_400_000
        case "w": unitMilliseconds = 7 * 86_400_000
        default: throw .unknownUnit(text, unit: unit)
        }
        guard let count = Int64(String(decoding: Array(digits), as: UTF8.self)) else {
            throw .tooLong(text)
        }
        let (milliseconds, overflow) = count.multipliedReportingOverflow(by: unitMilliseconds)
        guard !overflow, milliseconds <= longestAge else { throw .tooLong(text) }
        return milliseconds
    }

    private static func local(_ text: String) throws(TimeExpressionError) -> TimeExpression {
        var reader = TimeReader(text)
        guard let year = reader.number(4), reader.take("-"), let month = reader.number(2),
            reader.take("-"), let day = reader.number(2)
        else { throw .unknown(text) }
        guard year >= 1 else { throw .outOfRange(text, field: "year", value: year) }
        guard (1...12).contains(month) else {
            throw .outOfRange(text, field: "month", value: month)
        }
        guard day >= 1, day <= RFC3339.daysIn(month, of: year) else {
            throw .outOfRange(text, field: "day", value: day)
        }
        let date = CivilDate(year: year, month: month, day: day)
        if reader.isAtEnd { return .day(date) }
        guard reader.take("T") || reader.take("t") || reader.take(" "),
            let hour = reader.number(2), reader.take(":"), let minute = reader.number(2)
        else { throw .unexpected(text, rest: reader.rest) }
        guard hour < 24 else { throw .outOfRange(text, field: "hour", value: hour) }
        guard minute < 60 else { throw .outOfRange(text, field: "minute", value: minute) }
        var second: Int64 = 0
        if !reader.isAtEnd {
            guard reader.take(":"), let number = reader.number(2), reader.isAtEnd else {
                throw .unexpected(text, rest: reader.rest)
            }
            guard number < 60 else { throw .outOfRange(text, field: "second", value: number) }
            second = number
        }
        return .localTime(CivilTime(date: date, hour: hour, minute: minute, second: second))
    }
}

/// Takes a date apart from its beginning.
private struct TimeReader {
    private let bytes: [UInt8]
    private var index = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    var isAtEnd: Bool { index == bytes.count }
    var rest: String { String(decoding: bytes[index...], as: UTF8.self) }

    mutating func number(_ width: Int) -> Int64? {
        let digits = bytes[index...].prefix(width)
        guard digits.count == width, digits.allSatisfy(Grammar.isDigit) else { return nil }
        index += width
        return digits.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard index < bytes.count, UInt32(bytes[index]) == character.value else { return false }
        index += 1
        return true
    }
}
