/// A moment or a day, as a person writes it on a command line.
///
/// RFC 3339, `YYYY-MM-DD[THH:MM[:SS]]` in local time, `now`, `today`, `yesterday`, a weekday, or an age: `90s`,
/// `30m`, `2h`, `7d`, `4w`, `3 days ago`. Words are read in upper and lower case.
package enum TimeExpression: Hashable, Sendable {
    case moment(Timestamp)
    case now
    /// That many milliseconds ago.
    case age(Int64)
    /// The local day that began that many days before today's.
    case recentDay(ago: Int64)
    /// The last day before today that has that name.
    case lastWeekday(Weekday)
    case day(CivilDate)
    case localTime(CivilTime)

    /// Which end of a day, or of an hour that a clock change repeats, is meant.
    package enum Edge: Hashable, Sendable {
        case beginning, end
    }

    /// The grammar, as an error's hint prints it.
    package static let grammar =
        "RFC 3339, YYYY-MM-DD[THH:MM[:SS]] in local time, now, today, yesterday, a weekday such as tuesday"
        + " or last tuesday (the last one before today), or an age such as 90s, 30m, 2h, 7d, 4w, 3 days ago"

    /// The moment that is meant, relative to `now`: the beginning of a day, or the beginning of the day after it.
    /// Limited to the years that RFC 3339 can write, 0001 to 9999.
    package func moment(at now: Timestamp, as edge: Edge, in zone: LocalZone) -> Timestamp {
        let moment =
            switch self {
            case .moment(let moment): moment
            case .now: now
            case .age(let milliseconds): now.adding(milliseconds: -milliseconds)
            case .recentDay(let ago):
                zone.boundary(of: zone.civilTime(at: now).date.adding(days: -ago), edge)
            case .lastWeekday(let weekday):
                zone.boundary(of: weekday.last(before: zone.civilTime(at: now).date), edge)
            case .day(let date): zone.boundary(of: date, edge)
            case .localTime(let time): zone.moment(of: time, edge)
            }
        return min(max(moment, .earliest), .latest)
    }

    /// The last moment that is meant: for a day its last millisecond, else the moment itself.
    package func lastMoment(at now: Timestamp, in zone: LocalZone) -> Timestamp {
        let end = moment(at: now, as: .end, in: zone)
        return switch self {
        case .recentDay, .lastWeekday, .day:
            end == .latest ? end : end.adding(milliseconds: -1)
        case .moment, .now, .age, .localTime: end
        }
    }
}

extension TimeExpression {
    /// - Throws: the first part of `text` that breaks the grammar.
    package init(_ text: String) throws(TimeExpressionError) {
        guard !text.isEmpty else { throw .empty }
        if let expression = try Self.words(text) {
            self = expression
        } else if let moment = Timestamp(text) {
            self = .moment(moment)
        } else {
            self = try Self.local(text)
        }
    }

    private static func local(_ text: String) throws(TimeExpressionError) -> TimeExpression {
        var reader = RFC3339.Reader(text)
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

/// The part of a time that breaks the grammar.
package enum TimeExpressionError: Error, Hashable, Sendable {
    case empty
    /// It is neither a date, nor an age, nor one of the words.
    case unknown(String)
    /// An age in an unknown unit: `5y`.
    case unknownUnit(String, unit: String)
    /// An age that may lead to a moment before the year 1.
    case tooLong(String)
    /// A field that no calendar or clock has: month 13, 31 April, 24:00.
    case outOfRange(String, field: String, value: Int64)
    /// A date followed by something that is not a time of day.
    case unexpected(String, rest: String)
}
