import EnclaviaCore
import Testing

struct TimeExpressionTests {
    /// Central European time of 2026: +01:00, and +02:00 from 29 March to 25 October, 01:00 UTC.
    static let berlin = LocalZone { moment in
        (1_774_746_000_000..<1_792_890_000_000).contains(moment.milliseconds) ? 7200 : 3600
    }
    /// Samoa, which left out 30 December 2011 when it crossed the date line.
    static let apia = LocalZone { moment in
        moment.milliseconds < 1_325_239_200_000 ? -10 * 3600 : 14 * 3600
    }
    /// A zone whose clocks went from 00:00 to 01:00 on 2018-11-04, as in São Paulo.
    static let saoPaulo = LocalZone { moment in
        moment.milliseconds < 1_541_300_400_000 ? -3 * 3600 : -2 * 3600
    }
    static let now = stamp("2026-11-23T12:34:56.789Z")

    static func stamp(_ text: String) -> Timestamp {
        Timestamp(text) ?? Timestamp(milliseconds: -1)
    }

    private func read(
        _ text: String, _ edge: TimeExpression.Edge, in zone: LocalZone
    ) throws -> String {
        try TimeExpression(text).moment(at: Self.now, as: edge, in: zone).description
    }

    @Test(
        arguments: [
            ("2026-08-01T10:00:00Z", "2026-08-01T10:00:00.000Z"),
            ("2026-08-01T10:00:00.25+02:00", "2026-08-01T08:00:00.250Z"),
            ("2026-08-01T10:00", "2026-08-01T08:00:00.000Z"),
            ("2026-08-01t10:00:59", "2026-08-01T08:00:59.000Z"),
            ("2026-08-01 10:00", "2026-08-01T08:00:00.000Z"),
            ("2026-12-01T10:00", "2026-12-01T09:00:00.000Z"),
            ("now", "2026-11-23T12:34:56.789Z"),
            ("90s", "2026-11-23T12:33:26.789Z"), ("30m", "2026-11-23T12:04:56.789Z"),
            ("2h", "2026-11-23T10:34:56.789Z"), ("7d", "2026-11-16T12:34:56.789Z"),
            ("4w", "2026-10-26T12:34:56.789Z"), ("0s", "2026-11-23T12:34:56.789Z"),
            ("NOW", "2026-11-23T12:34:56.789Z"), ("7D", "2026-11-16T12:34:56.789Z"),
            ("3 days ago", "2026-11-20T12:34:56.789Z"), ("1 day ago", "2026-11-22T12:34:56.789Z"),
            ("90 seconds ago", "2026-11-23T12:33:26.789Z"),
            ("1 second ago", "2026-11-23T12:34:55.789Z"),
            ("30 minutes ago", "2026-11-23T12:04:56.789Z"),
            ("1 minute ago", "2026-11-23T12:33:56.789Z"),
            ("2 hours ago", "2026-11-23T10:34:56.789Z"),
            ("1 Hour Ago", "2026-11-23T11:34:56.789Z"),
            ("4 weeks ago", "2026-10-26T12:34:56.789Z"), ("1 week ago", "2026-11-16T12:34:56.789Z"),
            ("7d ago", "2026-11-16T12:34:56.789Z"), ("7 d ago", "2026-11-16T12:34:56.789Z"),
        ])
    func `a moment is the same at both edges`(_ text: String, _ expected: String) throws {
        #expect(try read(text, .beginning, in: Self.berlin) == expected)
        #expect(try read(text, .end, in: Self.berlin) == expected)
    }

    @Test(
        arguments: [
            ("2026-08-01", "2026-07-31T22:00:00.000Z", "2026-08-01T22:00:00.000Z"),
            ("2026-03-29", "2026-03-28T23:00:00.000Z", "2026-03-29T22:00:00.000Z"),
            ("2026-10-25", "2026-10-24T22:00:00.000Z", "2026-10-25T23:00:00.000Z"),
            ("2026-12-31", "2026-12-30T23:00:00.000Z", "2026-12-31T23:00:00.000Z"),
            ("2024-02-29", "2024-02-28T23:00:00.000Z", "2024-02-29T23:00:00.000Z"),
            ("today", "2026-11-22T23:00:00.000Z", "2026-11-23T23:00:00.000Z"),
            ("yesterday", "2026-11-21T23:00:00.000Z", "2026-11-22T23:00:00.000Z"),
            ("Yesterday", "2026-11-21T23:00:00.000Z", "2026-11-22T23:00:00.000Z"),
            ("tuesday", "2026-11-16T23:00:00.000Z", "2026-11-17T23:00:00.000Z"),
            ("last tuesday", "2026-11-16T23:00:00.000Z", "2026-11-17T23:00:00.000Z"),
            ("Last TUE", "2026-11-16T23:00:00.000Z", "2026-11-17T23:00:00.000Z"),
            ("sunday", "2026-11-21T23:00:00.000Z", "2026-11-22T23:00:00.000Z"),
            // Today is a Monday.
            ("monday", "2026-11-15T23:00:00.000Z", "2026-11-16T23:00:00.000Z"),
            ("0001-01-01", "0001-01-01T00:00:00.000Z", "0001-01-01T23:00:00.000Z"),
            ("9999-12-31", "9999-12-30T23:00:00.000Z", "9999-12-31T23:00:00.000Z"),
        ])
    func `a day has a beginning and an end`(
        _ text: String, _ beginning: String, _ end: String
    ) throws {
        #expect(try read(text, .beginning, in: Self.berlin) == beginning)
        #expect(try read(text, .end, in: Self.berlin) == end)
    }

    @Test func `a time that a clock change skips is the moment of the change`() throws {
        for text in ["2026-03-29T02:00", "2026-03-29T02:30", "2026-03-29T02:59:59"] {
            #expect(try read(text, .beginning, in: Self.berlin) == "2026-03-29T01:00:00.000Z")
        }
    }

    @Test func `a time that a clock change repeats is the first or the second`() throws {
        let text = "2026-10-25T02:30"
        #expect(try read(text, .beginning, in: Self.berlin) == "2026-10-25T00:30:00.000Z")
        #expect(try read(text, .end, in: Self.berlin) == "2026-10-25T01:30:00.000Z")
    }

    @Test func `a day whose midnight is skipped begins when the clocks change`() throws {
        let day = try read("2018-11-04", .beginning, in: Self.saoPaulo)
        #expect(day == "2018-11-04T03:00:00.000Z")
        #expect(try read("2018-11-03", .end, in: Self.saoPaulo) == day)
    }

    @Test func `a day that the calendar skipped is empty`() throws {
        #expect(try read("2011-12-30", .beginning, in: Self.apia) == "2011-12-30T10:00:00.000Z")
        #expect(try read("2011-12-30", .end, in: Self.apia) == "2011-12-30T10:00:00.000Z")
        #expect(try read("2011-12-29", .end, in: Self.apia) == "2011-12-30T10:00:00.000Z")
    }

    @Test(
        arguments: [
            ("", .empty),
            ("tomorrow", .unknown("tomorrow")),
            ("tu", .unknown("tu")),
            ("tuesdays", .unknown("tuesdays")),
            ("last", .unknown("last")),
            ("last week", .unknown("last week")),
            ("next tuesday", .unknown("next tuesday")),
            ("last last tuesday", .unknown("last last tuesday")),
            ("tuesday 10:00", .unknown("tuesday 10:00")),
            ("ago", .unknown("ago")),
            ("3 ago", .unknown("3 ago")),
            ("three days ago", .unknown("three days ago")),
            ("-3 days ago", .unknown("-3 days ago")),
            ("3 days", .unknown("3 days")),
            ("3 months ago", .unknownUnit("3 months ago", unit: "months")),
            (
                "99999999999999999999 days ago",
                .tooLong("99999999999999999999 days ago")
            ),
            ("-7d", .unknown("-7d")),
            ("7", .unknown("7")),
            ("2026", .unknown("2026")),
            ("26-08-01", .unknown("26-08-01")),
            ("2026-8-1", .unknown("2026-8-1")),
            ("1.5h", .unknown("1.5h")),
            ("٣d", .unknown("٣d")),
            ("5y", .unknownUnit("5y", unit: "y")),
            ("3days", .unknownUnit("3days", unit: "days")),
            ("99999999999999999999d", .tooLong("99999999999999999999d")),
            ("999999w", .tooLong("999999w")),
            ("9223372036854775807w", .tooLong("9223372036854775807w")),
            ("0000-01-01", .outOfRange("0000-01-01", field: "year", value: 0)),
            ("2026-13-01", .outOfRange("2026-13-01", field: "month", value: 13)),
            ("2026-00-01", .outOfRange("2026-00-01", field: "month", value: 0)),
            ("2026-02-29", .outOfRange("2026-02-29", field: "day", value: 29)),
            ("2026-08-01T24:00", .outOfRange("2026-08-01T24:00", field: "hour", value: 24)),
            ("2026-08-01T10:60", .outOfRange("2026-08-01T10:60", field: "minute", value: 60)),
            ("2026-08-01T10:00:60", .outOfRange("2026-08-01T10:00:60", field: "second", value: 60)),
            ("2026-08-01x", .unexpected("2026-08-01x", rest: "x")),
            ("2026-08-01T10", .unexpected("2026-08-01T10", rest: "")),
            ("2026-08-01T10:00:00x", .unexpected("2026-08-01T10:00:00x", rest: "x")),
            ("2026-08-01T10:00+0200", .unexpected("2026-08-01T10:00+0200", rest: "+0200")),
        ] as [(String, TimeExpressionError)])
    func `an invalid time is refused with the rule that it breaks`(
        _ text: String, _ error: TimeExpressionError
    ) {
        #expect(throws: error) { try TimeExpression(text) }
    }

    @Test(arguments: ["thursday", "friday", "saturday", "sunday", "monday", "tuesday", "wednesday"])
    func `a weekday is the last one before today, at most a week ago`(_ name: String) throws {
        let names = [
            "thursday", "friday", "saturday", "sunday", "monday", "tuesday", "wednesday",
        ]
        for day in -400..<400 as Range<Int64> {
            let now = Timestamp(milliseconds: day * 86_400_000 + 43_200_000)
            let found = try TimeExpression(name).moment(at: now, as: .beginning, in: .utc)
            let number = found.milliseconds / 86_400_000
            #expect((1...7).contains(day - number))
            #expect(names[Int(((number % 7) + 7) % 7)] == name, "day \(day)")
        }
    }

    @Test func `the last moment of a weekday is on that day`() throws {
        let last = try TimeExpression("last tuesday").lastMoment(at: Self.now, in: Self.berlin)
        #expect(last.description == "2026-11-17T22:59:59.999Z")
        let age = try TimeExpression("3 days ago").lastMoment(at: Self.now, in: Self.berlin)
        #expect(age.description == "2026-11-20T12:34:56.789Z")
    }

    @Test(arguments: ["2026-03-29T00:59:59Z", "2026-10-25T01:00:00Z", "1969-12-31T23:59:59.5Z"])
    func `a moment is shown as local time and can be parsed again`(_ text: String) throws {
        let moment = Self.stamp(text)
        let civil = Self.berlin.civilTime(at: moment)
        let edge: TimeExpression.Edge = text.contains("-10-25") ? .end : .beginning
        let back = TimeExpression.localTime(civil).moment(at: Self.now, as: edge, in: Self.berlin)
        #expect(abs(back.milliseconds - moment.milliseconds) < 1000)
    }
}
