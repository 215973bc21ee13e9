/// The expressions that are words, and the ages.
extension TimeExpression {
    /// Reads `text` as words or as an age; `nil` where it begins as neither.
    static func words(_ text: String) throws(TimeExpressionError) -> TimeExpression? {
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        let words = text.lowercased().split(separator: " ").map(String.init)
        switch words.count {
        case 1:
            switch words[0] {
            case "now": return .now
            case "today": return .recentDay(ago: 0)
            case "yesterday": return .recentDay(ago: 1)
            default:
                if let weekday = Weekday(words[0]) { return .lastWeekday(weekday) }
                return try age(text, words[0], units: shortUnits).map(TimeExpression.age)
            }
        case 2 where words[0] == "last":
            return Weekday(words[1]).map(TimeExpression.lastWeekday)
        case 2 where words[1] == "ago":
            return try age(text, words[0], units: shortUnits).map(TimeExpression.age)
        case 3 where words[2] == "ago":
            guard words[0].utf8.allSatisfy(ReferenceGrammar.isDigit) else { return nil }
            return try age(text, words[0] + words[1], units: longUnits).map(TimeExpression.age)
        default: return nil
        }
    }

    /// The longest age, in milliseconds: every moment that it leads to is in the year 1 or later.
    private static let longestAge: Int64 = 1_900 * 366 * 86_400_000

    private static let shortUnits: [String: Int64] = [
        "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 7 * 86_400_000,
    ]

    /// Each in the singular, in the plural, and short.
    private static let longUnits: [String: Int64] = {
        var units = shortUnits
        for name in ["second", "minute", "hour", "day", "week"] {
            units[name] = shortUnits[String(name.prefix(1))]
            units[name + "s"] = units[name]
        }
        return units
    }()

    /// `nil` where `word` is not digits and letters.
    ///
    /// - Parameter text: what was typed, for an error.
    private static func age(
        _ text: String, _ word: String, units: [String: Int64]
    ) throws(TimeExpressionError) -> Int64? {
        let digits = word.utf8.prefix(while: ReferenceGrammar.isDigit)
        let unit = String(word.dropFirst(digits.count))
        guard !digits.isEmpty, !unit.isEmpty, unit.allSatisfy(\.isLetter) else { return nil }
        guard let unitMilliseconds = units[unit] else { throw .unknownUnit(text, unit: unit) }
        guard let count = Int64(String(decoding: Array(digits), as: UTF8.self)) else {
            throw .tooLong(text)
        }
        let (milliseconds, overflow) = count.multipliedReportingOverflow(by: unitMilliseconds)
        guard !overflow, milliseconds <= longestAge else { throw .tooLong(text) }
        return milliseconds
    }
}

/// A day of the week; the raw value counts the days since Thursday, which 1970-01-01 was.
package enum Weekday: Int64, Hashable, Sendable, CaseIterable {
    case thursday, friday, saturday, sunday, monday, tuesday, wednesday

    /// Reads a name in lower case, or its first letters, three at least.
    init?(_ text: String) {
        guard text.utf8.count >= 3,
            let found = Self.allCases.first(where: { "\($0)".hasPrefix(text) })
        else { return nil }
        self = found
    }

    /// The last such day before `date`: a week before it where `date` is one itself.
    func last(before date: CivilDate) -> CivilDate {
        let back = (date.dayNumber - rawValue - 1) % 7
        return date.adding(days: -1 - (back < 0 ? back + 7 : back))
    }
}
