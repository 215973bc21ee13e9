import EnclaviaCommands
import EnclaviaCore
import TestSupport
import Testing

/// The numbers of the plots.
struct ReportPlotTests {
    @Test(arguments: [
        (0.0, [0.0, 1]), (1, [0, 1]), (2, [0, 1, 2]), (5, [0, 1, 2, 3, 4, 5]), (6, [0, 2, 4, 6]),
        (7, [0, 2, 4, 6, 8]), (11, [0, 5, 10, 15]), (88, [0, 20, 40, 60, 80, 100]),
        (100, [0, 20, 40, 60, 80, 100]), (101, [0, 50, 100, 150]), (-5, [0, 1]), (.nan, [0, 1]),
    ])
    func `an axis begins at 0 and has steps of 1, 2 or 5`(greatest: Double, ticks: [Double]) {
        #expect(PlotAxis(greatest: greatest).ticks == ticks)
    }

    @Test func `every axis holds its greatest value with at most six ticks`() {
        var random = SeededRandom(seed: 1)
        for _ in 0..<Fuzz.rounds {
            let greatest = Double(random.next() >> UInt64(random.roll(63)))
            let axis = PlotAxis(greatest: greatest)
            #expect(
                axis.ticks.count <= 6 && axis.end >= greatest && axis.end <= max(1, greatest * 3))
        }
    }

    private func columns(_ values: [[Int]], periods: Int) -> ColumnsPlot {
        ColumnsPlot(
            ReportColumns(
                description: "", unit: "pushes", periods: (0..<periods).map { "2025-01-\($0)" },
                series: values.map { .init(name: "s", tone: .good, values: $0) }))
    }

    @Test func `one day is one column in the middle, and an empty day has none`() throws {
        let plot = columns([[3], [1]], periods: 1)
        let blocks = try #require(plot.columns.first).blocks
        #expect(
            blocks.map(\.rectangle) == [
                PlotRectangle(x: 460, y: 50, width: 80, height: 150),
                PlotRectangle(x: 460, y: 0, width: 80, height: 50),
            ])
        #expect(columns([[0], [0]], periods: 1).columns[0].blocks.isEmpty)
        #expect(columns([], periods: 0).columns.isEmpty)
        #expect(columns([[1, 0, 2]], periods: 3).columns.map(\.blocks.count) == [1, 0, 1])
    }

    @Test func `ten years of months, or of days, have labels that do not overlap`() {
        for periods in [62, 120, 3_653] {
            let plot = columns([Array(repeating: 1, count: periods)], periods: periods)
            #expect(plot.columns.count == periods)
            for (labels, character) in [
                (plot.labels, 9.0), (plot.labels.filter(\.fitsNarrow), 30.0),
            ] {
                #expect(!labels.isEmpty)
                for (one, next) in zip(labels, labels.dropFirst()) {
                    #expect(next.x - one.x >= 9 * character)
                }
            }
        }
    }

    @Test func `columns of any values stay in the plot, in proportion`() {
        var random = SeededRandom(seed: 2)
        for _ in 0..<300 {
            let periods = random.roll(63)
            let values = (0..<random.roll(5)).map { _ in
                (0..<max(0, periods + random.roll(3) - 1)).map { _ in
                    random.roll(3) == 0 ? 0 : Int(random.next() >> UInt64(1 + random.roll(62)))
                }
            }
            let plot = columns(values, periods: periods)
            for (period, column) in plot.columns.enumerated() {
                var sum = 0.0
                for block in column.blocks {
                    expectInside(block.rectangle, height: PlotSize.columnsHeight)
                    let value = Double(values[block.series][period])
                    sum += value
                    let height = value / plot.axis.end * PlotSize.columnsHeight
                    #expect(abs(block.rectangle.height - height) < 1e-6)
                    let top = PlotSize.columnsHeight * (1 - sum / plot.axis.end)
                    #expect(abs(block.rectangle.y - top) < 1e-6)
                }
                let there = values.reduce(0.0) {
                    $0 + ($1.indices.contains(period) ? Double($1[period]) : 0)
                }
                #expect(abs(there - sum) <= there * 1e-9)
            }
        }
    }

    @Test func `the greatest bar has the full length, and a small one can be seen`() {
        #expect(BarsPlot([]).lengths.isEmpty)
        #expect(BarsPlot([0, 0]).lengths == [0, 0])
        #expect(BarsPlot([1000, 10, 1, 0, -4]).lengths == [1000, 10, 6, 0, 0])
        #expect(BarsPlot([.max, 1]).lengths == [1000, 6])
    }

    private func expectInside(_ rectangle: PlotRectangle, height: Double) {
        let slack = 1e-9
        #expect(rectangle.x >= -slack && rectangle.x + rectangle.width <= PlotSize.width + slack)
        #expect(rectangle.y >= -slack && rectangle.y + rectangle.height <= height + slack)
        #expect(rectangle.width > 0 && rectangle.height >= 0)
    }
}
