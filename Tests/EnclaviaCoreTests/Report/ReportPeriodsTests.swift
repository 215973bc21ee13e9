import EnclaviaCore
import Testing

/// The periods of a report: their unit, their names, and that they cover the range without gaps.
struct ReportPeriodsTests {
    private static let hour: Int64 = 3_600_000

    private func moment(_ text: String) throws -> Timestamp {
        try #require(Timestamp(text), "\(text)")
    }

    /// Checks that the periods cover the range without gaps, and that each moment is found in the one that holds it.
    private func periods(
        _ first: String, _ last: String, in zone: LocalZone = .utc, line: Int = #line
    ) throws -> ReportPeriods {
        let range = try moment(first)...moment(last)
        let found = ReportPeriods(range, in: zone)
        let periods = found.periods
        let (start, end) = try (#require(periods.first).start, #require(periods.last).end)
        #expect(start <= range.lowerBound && range.upperBound < end, "line \(line)")
        #expect(periods[0].end > range.lowerBound, "line \(line): the first is not needed")
        #expect(try #require(periods.last).start <= range.upperBound, "line \(line)")
        for (period, next) in zip(periods, periods.dropFirst()) {
            #expect(period.end == next.start, "line \(line): \(period) \(next)")
        }
        for (index, period) in periods.enumerated() {
            #expect(period.start < period.end, "line \(line): \(period)")
            let ends = [period.start, period.end.adding(milliseconds: -1)]
            for moment in ends {
                let holding = periods.indices.filter {
                    periods[$0].start <= moment && moment < periods[$0].end
                }
                #expect(holding == [index], "line \(line)")
                for from in Set([0, index / 2, index]) {
                    #expect(found.index(of: moment, from: from) == index, "line \(line)")
                }
            }
        }
        return found
    }

    private func hours(_ periods: ReportPeriods) -> [Int64] {
        periods.periods.map { ($0.end.milliseconds - $0.start.milliseconds) / Self.hour }
    }

    @Test func `a range of one moment has the day that holds it`() throws {
        for text in [
            "2026-11-28T00:00:00.000Z", "2026-11-28T12:00:00.000Z", "2026-11-28T23:59:59.999Z",
        ] {
            let found = try periods(text, text)
            #expect(found.unit == .day)
            #expect(found.periods.map(\.name) == ["2026-11-28"])
            #expect(found.index(of: try moment(text)) == 0)
        }
    }

    @Test func `a day without a push has a period`() throws {
        let found = try periods("2026-11-27T23:59:59.999Z", "2026-11-29T00:00:00.000Z")
        #expect(found.periods.map(\.name) == ["2026-11-27", "2026-11-28", "2026-11-29"])
        #expect(found.index(of: try moment("2026-11-29T00:00:00.000Z")) == 2)
    }

    @Test func `62 days are shown as days, and 63 as weeks that begin on a Monday`() throws {
        let days = try periods("2026-10-01T12:00:00Z", "2026-12-01T11:00:00Z")
        #expect(days.unit == .day && days.periods.count == 62)
        let weeks = try periods("2026-10-01T12:00:00Z", "2026-12-02T11:00:00Z")
        #expect(weeks.unit == .week)
        // 2026-10-01 is a Thursday.
        #expect(weeks.periods.map(\.name).prefix(2) == ["2026-09-28", "2026-10-05"])
        #expect(weeks.periods.last?.name == "2026-11-30" && weeks.periods.count == 10)
        #expect(Set(hours(weeks)) == [168])
    }

    @Test func `62 weeks are shown as weeks, and 63 as months`() throws {
        // 2024-01-01 is a Monday.
        let weeks = try periods("2024-01-01T00:00:00Z", "2025-03-09T23:59:59.999Z")
        #expect(weeks.unit == .week && weeks.periods.count == 62)
        let months = try periods("2024-01-01T00:00:00Z", "2025-03-10T00:00:00Z")
        #expect(months.unit == .month)
        #expect(months.periods.map(\.name).first == "2024-01" && months.periods.count == 15)
        #expect(months.periods.map(\.name)[11...13] == ["2024-12", "2025-01", "2025-02"])
        #expect(hours(months)[1] == 29 * 24 && hours(months)[13] == 28 * 24)
    }

    @Test func `ten years are shown as years, and centuries in longer units`() throws {
        let years = try periods("2016-05-01T00:00:00Z", "2026-05-01T00:00:00Z")
        #expect(years.unit == .years(1))
        #expect(years.periods.map(\.name) == (2016...2026).map(String.init))
        let decades = try periods("1965-05-01T00:00:00Z", "2027-01-01T00:00:00Z")
        #expect(decades.unit == .years(10))
        #expect(decades.periods.map(\.name).first == "1960–1969" && decades.periods.count == 7)
    }

    @Test(arguments: [0, 14, -12] as [Int64])
    func `the years 0001 to 9999 have periods in every zone`(_ offset: Int64) throws {
        let zone = LocalZone { _ in offset * 3600 }
        let found = try periods("0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z", in: zone)
        #expect(found.unit == .years(1000))
        #expect(found.periods[0].name == "0–999")
        _ = try periods("0001-01-01T00:00:00.000Z", "0001-01-01T00:00:00.000Z", in: zone)
        _ = try periods("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z", in: zone)
    }

    /// A zone that has the first offset until `change`, and the second from then on, in hours.
    private func zone(_ before: Int64, _ after: Int64, from change: String) throws -> LocalZone {
        let change = try moment(change)
        return LocalZone { ($0 < change ? before : after) * 3600 }
    }

    @Test func `days of clock changes have 23 and 25 hours`() throws {
        let spring = try periods(
            "2026-03-28T12:00:00Z", "2026-03-30T12:00:00Z",
            in: zone(1, 2, from: "2026-03-29T01:00:00Z"))
        #expect(spring.periods.map(\.name) == ["2026-03-28", "2026-03-29", "2026-03-30"])
        #expect(hours(spring) == [24, 23, 24])
        let autumn = try periods(
            "2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z",
            in: zone(2, 1, from: "2026-10-25T01:00:00Z"))
        #expect(autumn.periods.map(\.name) == ["2026-10-24", "2026-10-25", "2026-10-26"])
        #expect(hours(autumn) == [24, 25, 24])
    }

    @Test func `a day that does not begin at midnight begins at the clock change`() throws {
        let found = try periods(
            "2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z",
            in: zone(0, 1, from: "2026-03-29T00:00:00Z"))
        #expect(found.periods.map(\.start.description).last == "2026-03-29T00:00:00.000Z")
        #expect(hours(found) == [24, 23])
    }

    @Test func `moments of an evening that a clock change repeats after midnight have a period`()
        throws
    {
        // At 00:30 of the 25th the clock goes back to 23:30 of the 24th.
        let zone = try zone(2, 1, from: "2026-10-24T22:30:00Z")
        for last in ["22:15", "22:29", "22:30", "22:45", "23:00"] {
            let found = try periods(
                "2026-10-24T12:00:00Z", "2026-10-24T\(last):00Z", in: zone)
            #expect(found.periods.map(\.name) == ["2026-10-24", "2026-10-25"])
            #expect(found.periods.last?.start.description == "2026-10-24T22:00:00.000Z")
        }
        let only = try periods("2026-10-24T22:40:00Z", "2026-10-24T22:45:00Z", in: zone)
        #expect(only.periods.map(\.name) == ["2026-10-25"])
    }

    @Test func `a day that a zone skipped has no period`() throws {
        // Samoa had no 2011-12-30.
        let found = try periods(
            "2011-12-29T12:00:00Z", "2011-12-31T12:00:00Z",
            in: zone(-10, 14, from: "2011-12-30T10:00:00Z"))
        #expect(found.periods.map(\.name) == ["2011-12-29", "2011-12-31", "2012-01-01"])
        #expect(hours(found) == [24, 24, 24])
    }

    @Test func `each moment of random ranges in zones with clock changes is in one period`()
        throws
    {
        // Offsets that change each half year, both ways.
        let zone = LocalZone {
            ($0.milliseconds / (182 * 86_400_000 + 5_400_000)) % 2 * 3600 - 1800
        }
        var state: UInt64 = 42
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
        for _ in 0..<300 {
            let first = Timestamp(
                milliseconds: 1_500_000_000_000 + Int64(next()) * 100)
            let length = Int64(next() % 1000) * [1, 86_400, 8_640_000, 86_400_000][Int(next() % 4)]
            let last = first.adding(milliseconds: length)
            let found = try periods(first.description, last.description, in: zone)
            #expect(found.periods.count <= ReportPeriods.limit)
        }
    }
}
