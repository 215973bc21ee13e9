/// A time zone, defined by its offset at each moment.
package struct LocalZone: Sendable {
    /// Seconds east of Greenwich at a moment.
    package let offset: @Sendable (Timestamp) -> Int64

    package init(offset: @escaping @Sendable (Timestamp) -> Int64) {
        self.offset = offset
    }

    package static let utc = LocalZone { _ in 0 }

    /// The local date and time at `moment`.
    package func civilTime(at moment: Timestamp) -> CivilTime {
        let wall = moment.milliseconds + offset(moment) * 1000
        let second = wall >= 0 ? wall / 1000 : (wall - 999) / 1000
        let day = second >= 0 ? second / 86_400 : (second - 86_399) / 86_400
        let civil = RFC3339.civil(fromDays: day)
        let inDay = second - day * 86_400
        return CivilTime(
            date: CivilDate(year: civil.year, month: civil.month, day: civil.day),
            hour: inDay / 3600, minute: inDay / 60 % 60, second: inDay % 60)
    }

    /// The local time at `moment` with its offset, `YYYY-MM-DD HH:MM:SS ±HH:MM`, which still says when that was in a
    /// document that somebody reads elsewhere, or after a clock change.
    package func text(at moment: Timestamp) -> String {
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let time = civilTime(at: moment)
        let offset = offset(moment)
        let minutes = abs(offset) / 60
        let sign = offset < 0 ? "-" : "+"
        return
            "\(time.minuteText):\(two(time.second)) \(sign)\(two(minutes / 60)):\(two(minutes % 60))"
    }

    /// The first moment of a day, or of the day after it. Days need not begin at midnight.
    func boundary(of date: CivilDate, _ edge: TimeExpression.Edge) -> Timestamp {
        let day = edge == .beginning ? date : date.adding(days: 1)
        return moment(of: CivilTime(date: day), .beginning)
    }

    /// The moment at which the local time is `time`.
    ///
    /// Where a clock change skips `time`, the moment of the change; where one repeats it, the first
    /// moment for a beginning and the second for an end.
    func moment(of time: CivilTime, _ edge: TimeExpression.Edge) -> Timestamp {
        let wall = time.milliseconds
        let day: Int64 = 86_400_000
        let before = offset(Timestamp(milliseconds: wall - day)) * 1000
        let after = offset(Timestamp(milliseconds: wall + day)) * 1000
        let candidates = [wall - before, wall - after].filter {
            $0 + offset(Timestamp(milliseconds: $0)) * 1000 == wall
        }
        let found = edge == .beginning ? candidates.min() : candidates.max()
        return Timestamp(milliseconds: found ?? change(around: wall, from: before))
    }

    /// The moment within a day of `wall` at which the offset `before`, in milliseconds, ends.
    private func change(around wall: Int64, from before: Int64) -> Int64 {
        var low = wall - 86_400_000
        var high = wall + 86_400_000
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if offset(Timestamp(milliseconds: middle)) * 1000 == before {
                low = middle
            } else {
                high = middle
            }
        }
        return high
    }
}
