import EnclaviaCore
import EnclaviaSystem
import Testing

struct QuietPeriodTests {
    private func at(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }

    @Test func `a line is due after thirty seconds, and again after thirty more`() {
        var quiet = QuietPeriod(since: at(500))
        let moments: [Int64] = [500, 30_499, 30_500, 30_501, 60_499, 60_500]
        let due = moments.filter { quiet.isLineDue(at: at($0)) }
        #expect(due == [30_500, 60_500])
    }

    @Test func `output in between delays the line`() {
        var quiet = QuietPeriod(1_000, since: at(0))
        quiet.restart(at: at(900))
        let moments: [Int64] = [1_000, 1_899, 1_900]
        let due = moments.filter { quiet.isLineDue(at: at($0)) }
        #expect(due == [1_900])
    }
}
