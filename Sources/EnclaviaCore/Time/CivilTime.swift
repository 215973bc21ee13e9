/// A day of the proleptic Gregorian calendar, without a time zone.
package struct CivilDate: Hashable, Sendable, CustomStringConvertible {
    package let year: Int64
    package let month: Int64
    package let day: Int64

    package init(year: Int64, month: Int64, day: Int64) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// `YYYY-MM-DD`.
    package var description: String { String(RFC3339.text(dayNumber * 86_400_000).prefix(10)) }

    /// Days since 1970-01-01.
    var dayNumber: Int64 { RFC3339.days(fromCivil: year, month, day) }

    package func adding(days: Int64) -> CivilDate {
        let civil = RFC3339.civil(fromDays: dayNumber + days)
        return CivilDate(year: civil.year, month: civil.month, day: civil.day)
    }
}

/// A date and a time of day, without a time zone.
package struct CivilTime: Hashable, Sendable {
    package let date: CivilDate
    package let hour: Int64
    package let minute: Int64
    package let second: Int64

    package init(date: CivilDate, hour: Int64 = 0, minute: Int64 = 0, second: Int64 = 0) {
        self.date = date
        self.hour = hour
        self.minute = minute
        self.second = second
    }

    /// `YYYY-MM-DD HH:MM`.
    package var minuteText: String {
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(date) \(two(hour)):\(two(minute))"
    }

    /// Milliseconds since 1970-01-01T00:00:00, ignoring time zones.
    var milliseconds: Int64 {
        ((date.dayNumber * 24 + hour) * 60 + minute) * 60_000 + second * 1000
    }
}
