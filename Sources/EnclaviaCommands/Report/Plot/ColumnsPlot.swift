/// Where the parts of stacked columns are.
package struct ColumnsPlot: Hashable, Sendable {
    /// The part of a column that stands for one value.
    package struct Block: Hashable, Sendable {
        package let series: Int
        package let rectangle: PlotRectangle
    }

    package struct Column: Hashable, Sendable {
        package let period: String
        /// From the bottom to the top; none for a value of 0.
        package let blocks: [Block]
    }

    /// The widest column: one period alone would fill the plot.
    private static let mostWidth = 80.0

    package let axis: PlotAxis
    package let columns: [Column]
    package let labels: [PlotLabel]

    /// A value that is missing or below 0 counts as 0.
    package init(_ plot: ReportColumns) {
        func value(_ series: ReportColumns.Series, _ period: Int) -> Double {
            series.values.indices.contains(period) ? Double(max(0, series.values[period])) : 0
        }
        let periods = plot.periods.indices
        let sums = periods.map { period in
            plot.series.reduce(0) { $0 + value($1, period) }
        }
        let axis = PlotAxis(greatest: sums.max() ?? 0)
        let slot = PlotSize.width / Double(max(1, periods.count))
        let width = min(slot * 0.72, Self.mostWidth)
        self.axis = axis
        labels = PlotLabels.regular(plot.periods)
        columns = periods.map { period in
            let x = (Double(period) + 0.5) * slot - width / 2
            var sum = 0.0
            var blocks: [Block] = []
            for (index, series) in plot.series.enumerated() {
                let value = value(series, period)
                guard value > 0 else { continue }
                let bottom = PlotSize.columnsHeight * (1 - axis.share(sum))
                sum += value
                let top = PlotSize.columnsHeight * (1 - axis.share(sum))
                blocks.append(
                    Block(
                        series: index,
                        rectangle: PlotRectangle(
                            x: x, y: top, width: width, height: bottom - top)))
            }
            return Column(period: plot.periods[period], blocks: blocks)
        }
    }

    /// Where a tick's line is, from the top.
    func y(_ tick: Double) -> Double { PlotSize.columnsHeight * (1 - axis.share(tick)) }
}
