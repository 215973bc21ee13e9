import EnclaviaBase
import Testing

struct DeadlineTests {
    @Test func `a deadline that has passed has no time remaining`() {
        let past = Deadline(after: .seconds(-1))
        #expect(past.hasPassed)
        #expect(past.remaining == .zero)
        let future = Deadline(after: .seconds(3600))
        #expect(!future.hasPassed)
        #expect(future.remaining > .seconds(3000))
        #expect(future.remaining.capped(at: .seconds(2)) == .seconds(2))
    }

    @Test(arguments: [
        (Duration.zero, Int64(0)), (.nanoseconds(1), 1), (.milliseconds(5), 5),
        (.microseconds(5_001), 6), (.seconds(3), 3_000),
    ])
    func `a duration is rounded up to whole milliseconds`(duration: Duration, milliseconds: Int64) {
        #expect(duration.milliseconds == milliseconds)
    }
}
