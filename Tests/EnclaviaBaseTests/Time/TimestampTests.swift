import EnclaviaBase
import Testing

struct TimestampTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0),
            ("1970-01-01T00:00:00.001Z", 1),
            ("2026-11-23T12:00:00.000Z", 1_795_435_200_000),
            ("2026-11-23T13:30:00+01:30", 1_795_435_200_000),
            ("2026-11-23T10:00:00-02:00", 1_795_435_200_000),
            ("2024-02-29T23:59:59.999999Z", 1_709_251_199_999),
            ("2000-02-29t00:00:00z", 951_782_400_000),
            ("1969-12-31T23:59:59.5Z", -500),
            ("0001-01-01T00:00:00Z", -62_135_596_800_000),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ] as [(String, Int64)])
    func `a date-time of RFC 3339 is read`(_ text: String, _ milliseconds: Int64) {
        #expect(Timestamp(text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "2026-11-23", "2026-11-23T12:00:00", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z",
        "2026-11-31T00:00:00Z", "2026-11-23T24:00:00Z", "2026-11-23T12:60:00Z",
        "2026-11-23T12:00:00.Z", "2026-11-23T12:00:00+0100", "2026-11-23T12:00:00Zx",
        "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "9999-12-31T23:59:60Z",
        "2026-11-23 12:00:00Z", "0000-01-01T00:00:00Z", "+026-11-23T12:00:00Z",
    ])
    func `an invalid date-time is refused`(_ text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func `text and moment agree over four hundred years`() {
        var moment: Int64 = -6_000_000_000_123
        while moment < 7_000_000_000_000 {
            let timestamp = Timestamp(milliseconds: moment)
            #expect(Timestamp(timestamp.description) == timestamp)
            moment += 86_399_999_977 / 7
        }
    }

    @Test func `texts sort as moments do`() {
        let moments = stride(from: Int64(0), to: 4_000_000_000_000, by: 99_999_999_977).map {
            Timestamp(milliseconds: $0)
        }
        #expect(moments.map(\.description) == moments.map(\.description).sorted())
    }
}
