/// Consecutive periods of local time that cover a range without gaps: days, or where there would be too many of
/// them, weeks, months, or years.
package struct ReportPeriods: Hashable, Sendable {
    package enum Unit: Hashable, Sendable {
        case day
        /// Seven days, of which the first is a Monday.
        case week
        case month
        /// As many years, of which the number of the first is a multiple of that.
        case years(Int64)
    }

    package struct Period: Hashable, Sendable {
        /// `2026-11-28` for a day, and for the week that begins on it; `2026-11`, `2026` and `1990–1999`.
        package let name: String
        /// The first moment.
        package let start: Timestamp
        /// The first moment after it.
        package let end: Timestamp
    }

    /// The greatest number of periods.
    package static let limit = 62

    package let unit: Unit
    package let periods: [Period]

    /// The periods from the one that holds the first moment of `range` to the one that holds the last, of the shortest
    /// unit of which there are at most ``limit``.
    package init(_ range: ClosedRange<Timestamp>, in zone: LocalZone) {
        let first = Self.day(of: range.lowerBound, in: zone)
        let last = Self.day(of: range.upperBound, in: zone)
        let units: [Unit] = [.day, .week, .month, .years(1), .years(10), .years(100)]
        for unit in units {
            let dates = unit.beginnings(from: first, through: last, limit: Self.limit)
            guard let dates else { continue }
            self.init(unit, dates, in: zone)
            return
        }
        let unit = Unit.years(1000)
        self.init(unit, unit.beginnings(from: first, through: last, limit: .max) ?? [], in: zone)
    }

    /// The day whose period holds `moment`: in an evening that a clock change repeats after midnight, the next day.
    private static func day(of moment: Timestamp, in zone: LocalZone) -> CivilDate {
        let date = zone.civilTime(at: moment).date
        return zone.boundary(of: date, .end) <= moment ? date.adding(days: 1) : date
    }

    private init(_ unit: Unit, _ dates: [CivilDate], in zone: LocalZone) {
        self.unit = unit
        periods = dates.compactMap { date in
            let start = zone.boundary(of: date, .beginning)
            let end = zone.boundary(of: unit.next(after: date), .beginning)
            // A day that a zone skipped when it moved across the date line.
            guard start < end else { return nil }
            return Period(name: unit.name(of: date), start: start, end: end)
        }
    }

    /// The index of the period that holds `moment`, which is in the range.
    ///
    /// - Parameter index: that of an earlier moment, at which the search begins.
    package func index(of moment: Timestamp, from index: Int = 0) -> Int {
        var index = index
        while index < periods.count - 1, moment >= periods[index].end { index += 1 }
        return index
    }
}

extension ReportPeriods.Unit {
    /// The first days of the periods from the one that holds `first` to the one that holds `last`; `nil` where there
    /// are more than `limit`.
    fileprivate func beginnings(
        from first: CivilDate, through last: CivilDate, limit: Int
    ) -> [CivilDate]? {
        var dates: [CivilDate] = []
        var date = beginning(of: first)
        while date.dayNumber <= last.dayNumber {
            guard dates.count < limit else { return nil }
            dates.append(date)
            date = next(after: date)
        }
        return dates
    }

    private func beginning(of date: CivilDate) -> CivilDate {
        switch self {
        case .day: return date
        case .week:
            // 1970-01-01 was a Thursday.
            let weekday = ((date.dayNumber + 3) % 7 + 7) % 7
            return date.adding(days: -weekday)
        case .month: return CivilDate(year: date.year, month: date.month, day: 1)
        case .years(let count):
            let year = date.year - (date.year % count + count) % count
            return CivilDate(year: year, month: 1, day: 1)
        }
    }

    fileprivate func next(after date: CivilDate) -> CivilDate {
        switch self {
        case .day: date.adding(days: 1)
        case .week: date.adding(days: 7)
        case .month:
            date.month == 12
                ? CivilDate(year: date.year + 1, month: 1, day: 1)
                : CivilDate(year: date.year, month: date.month + 1, day: 1)
        case .years(let count): CivilDate(year: date.year + count, month: 1, day: 1)
        }
    }

    fileprivate func name(of date: CivilDate) -> String {
        switch self {
        case .day, .week: date.description
        case .month: String(date.description.prefix(7))
        case .years(1): String(date.description.prefix(4))
        case .years(let count): "\(date.year)–\(date.year + count - 1)"
        }
    }
}
