import EnclaviaCommands
import EnclaviaCore
import TestSupport
import Testing

struct ReportTimelineTests {
    private func moment(_ milliseconds: Int64) -> Timestamp {
        Timestamp(milliseconds: milliseconds)
    }

    private func timeline(
        _ rows: [[(Int64, String?)]], from: Int64 = 0, to: Int64 = 1000, ticks: [Int64] = []
    ) -> TimelinePlot {
        TimelinePlot(
            ReportTimeline(
                description: "", range: moment(from)...moment(to),
                ticks: ticks.map { .init(moment: moment($0), label: "Nov \($0)") },
                rows: rows.map { spans in
                    .init(
                        label: "tag",
                        spans: spans.map { start, digest in
                            .init(start: moment(start), digest: digest, description: "")
                        })
                }))
    }

    @Test func `a span lasts until the next, and the last one until the end`() {
        let spans = timeline([[(100, "a"), (400, nil), (700, "a")]]).rows[0]
        #expect(spans.map(\.rectangle.x) == [100, 400, 700])
        #expect(spans.map(\.rectangle.width) == [300, 300, 300])
        #expect(spans.map(\.colour) == [0, nil, 0])
    }

    @Test func `the same digest has the same colour in each row, and six digests differ`() {
        let rows = timeline([
            [(0, "a"), (1, "b"), (2, "c")], [(0, "d"), (1, "e"), (2, "f"), (3, "a"), (4, "g")],
        ]).rows
        #expect(rows[0].map(\.colour) == [0, 1, 2])
        #expect(rows[1].map(\.colour) == [3, 4, 5, 0, 0])
    }

    @Test func `moments that are the same, or outside of the range, stay in the plot`() {
        var random = SeededRandom(seed: 3)
        for _ in 0..<300 {
            let from = Int64(random.roll(1000))
            let to = from + Int64(random.roll(3) * random.roll(1000))
            var start = Int64(random.roll(2000)) - 500
            let spans: [(Int64, String?)] = (0..<random.roll(9)).map { _ in
                start += Int64(random.roll(3) * random.roll(300))
                return (start, random.roll(4) == 0 ? nil : "\(random.roll(9))")
            }
            for span in timeline([spans], from: from, to: to).rows[0] {
                let rectangle = span.rectangle
                #expect(rectangle.x >= 0 && rectangle.width >= TimelinePlot.leastWidth)
                #expect(rectangle.x + rectangle.width <= PlotSize.width + 1e-9)
            }
        }
    }

    @Test func `a range without a length shows what is there now`() {
        let spans = timeline([[(5, "a"), (5, "b")]], from: 5, to: 5).rows[0]
        #expect(spans[1].rectangle.x == 0 && spans[1].rectangle.width == PlotSize.width)
    }

    @Test func `labels of ticks do not overlap, and stay in the plot`() {
        let plot = timeline([], ticks: [0, 10, 20, 500, 505, 1000])
        #expect(plot.ticks == [0, 10, 20, 500, 505, 1000])
        #expect(plot.labels.map(\.text) == ["Nov 0", "Nov 500", "Nov 1000"])
        #expect(plot.labels.map(\.anchor) == [.start, .middle, .end])
    }

    @Test(arguments: [
        (0.0, "0"), (1.0 / 3, "0.333"), (-0.5, "-0.5"), (0.001, "0.001"), (999.9999, "1000"),
        (.nan, "0"), (.infinity, "0"), (12.05, "12.05"),
    ])
    func `a coordinate is a plain decimal`(value: Double, text: String) {
        #expect(PlotNumber.coordinate(value) == text)
    }

    @Test(arguments: [(0.0, "0"), (250, "250"), (1500, "1.5 k"), (2e6, "2 M"), (1e19, "10 E")])
    func `a tick's label is short`(value: Double, text: String) {
        #expect(PlotNumber.tick(value) == text)
    }

    @Test(arguments: [
        (0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1000, "-1,000"),
    ])
    func `a count is grouped`(value: Int, text: String) {
        #expect(PlotNumber.count(value) == text)
    }
}
