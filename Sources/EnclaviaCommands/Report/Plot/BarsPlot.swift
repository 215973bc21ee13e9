/// The lengths of horizontal bars.
package struct BarsPlot: Hashable, Sendable {
    /// A bar of a small value beside a great one would be too short to see.
    package static let leastLength = 6.0

    /// One for each bar: 0 for a value of 0 or below it, and `PlotSize.width` for the greatest.
    package let lengths: [Double]

    package init(_ values: [Int]) {
        let greatest = Double(max(1, values.max() ?? 0))
        lengths = values.map { value in
            guard value > 0 else { return 0 }
            return max(Double(value) / greatest * PlotSize.width, Self.leastLength)
        }
    }
}
