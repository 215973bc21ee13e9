import EnclaviaCommands
import EnclaviaCore
import Testing

/// The marks of a report's time axis.
struct ReportTicksTests {
    private func ticks(
        _ start: String, _ end: String, in zone: LocalZone = .utc
    ) throws -> [ReportTimeline.Tick] {
        let range = Sample.moment(start)...Sample.moment(end)
        let ticks = ReportTicks(range, in: zone).ticks
        #expect(ticks.count <= 8)
        #expect(ticks.allSatisfy { range.contains($0.moment) })
        #expect(ticks.map(\.moment) == ticks.map(\.moment).sorted())
        #expect(Set(ticks.map(\.moment)).count == ticks.count)
        return ticks
    }

    @Test(arguments: [
        ("2026-01-01T10:00:30Z", "2026-01-01T10:03:00Z", ["10:01", "10:02", "10:03"]),
        (
            "2026-01-01T10:00:00Z", "2026-01-01T11:10:00Z",
            ["10:00", "10:10", "10:20", "10:30", "10:40", "10:50", "11:00", "11:10"]
        ),
        (
            "2026-01-01T22:10:00Z", "2026-01-02T04:00:00Z",
            ["23:00", "00:00", "01:00", "02:00", "03:00", "04:00"]
        ),
        (
            "2026-01-01T00:00:00Z", "2026-01-02T23:59:59Z",
            ["00:00", "06:00", "12:00", "18:00", "00:00", "06:00", "12:00", "18:00"]
        ),
        (
            "2026-01-01T00:30:00Z", "2026-01-05T00:00:00Z",
            ["2026-01-02", "2026-01-03", "2026-01-04", "2026-01-05"]
        ),
        ("2026-01-01T10:00:10Z", "2026-01-01T10:00:20Z", []),
        ("2026-01-01T10:00:00Z", "2026-01-01T10:00:00Z", ["10:00"]),
    ])
    func `the marks are round`(_ start: String, _ end: String, _ labels: [String]) throws {
        #expect(try ticks(start, end).map(\.label) == labels)
    }

    @Test(arguments: [
        ("2020-06-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
        ("2026-01-01T00:00:00Z", "2026-03-03T00:00:00Z"),
        ("2026-01-01T00:00:00Z", "2026-03-05T12:00:00Z"),
    ])
    func `a long time has a few marks, evenly spaced`(_ start: String, _ end: String) throws {
        let found = try ticks(start, end)
        #expect(found.count >= 4)
    }

    @Test func `the marks are at round local times on both sides of a clock change`() throws {
        let change = Sample.moment("2026-10-25T01:00:00Z")
        let berlin = LocalZone { $0 < change ? 7200 : 3600 }
        let found = try ticks("2026-10-24T20:00:00Z", "2026-10-25T06:00:00Z", in: berlin)
        #expect(found.map(\.label) == ["22:00", "00:00", "02:00", "02:00", "04:00", "06:00"])
        let india = LocalZone { _ in 19_800 }
        let half = try ticks("2026-01-01T00:00:00Z", "2026-01-01T05:00:00Z", in: india)
        #expect(half.map(\.label) == ["06:00", "07:00", "08:00", "09:00", "10:00"])
    }
}
