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

    @Test func `a day that never was is empty`() throws {
        #expect(try read("2011-12-30", .beginning, in: Self.apia) == "2011-12-30T10:00:00.000Z")
        #expect(try read("2011-12-30", .end, in: Self.apia) == "2011-12-30T10:00:00.000Z")
        #expect(try read("2011-12-29", .end, in: Self.apia) == "2011-12-30T10:00:00.000Z")
    }

    @Test(
        arguments: [
            ("", .empty),
            ("tomorrow", .unknown("tomorrow")),
            ("Now", .unknown("Now")),
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
    func `what breaks the grammar is named`(_ text: String, _ error: TimeExpressionError) {
        #expect(throws: error) { try TimeExpression(text) }
    }

    @Test(arguments: ["2026-03-29T00:59:59Z", "2026-10-25T01:00:00Z", "1969-12-31T23:59:59.5Z"])
    func `a moment shows as local time and reads back`(_ text: String) throws {
        let moment = Self.stamp(text)
        let civil = Self.berlin.civilTime(at: moment)
        let edge: TimeExpression.Edge = text.contains("-10-25") ? .end : .beginning
        let back = TimeExpression.localTime(civil).moment(at: Self.now, as: edge, in: Self.berlin)
        #expect(abs(back.milliseconds - moment.milliseconds) < 1000)
    }
}
