import EnclaviaCore

/// Where the spans and ticks of a time-line are.
package struct TimelinePlot: Hashable, Sendable {
    package struct Span: Hashable, Sendable {
        package let rectangle: PlotRectangle
        /// The number of its colour, from 0 to `colours` - 1; `nil` where the digest is not known.
        package let colour: Int?
        package let digest: String?
        package let description: String
    }

    package static let colours = 6
    /// A shorter span would be too narrow to see.
    package static let leastWidth = 2.0

    /// The spans of each row.
    package let rows: [[Span]]
    package let ticks: [Double]
    package let labels: [PlotLabel]

    package init(_ timeline: ReportTimeline) {
        let scale = TimeScale(timeline.range)
        var colours = DigestColours()
        rows = timeline.rows.map { row in
            row.spans.indices.map { index in
                let span = row.spans[index]
                let isLast = index == row.spans.count - 1
                let end = isLast ? PlotSize.width : scale.x(row.spans[index + 1].start)
                let x = min(scale.x(span.start), PlotSize.width - Self.leastWidth)
                return Span(
                    rectangle: PlotRectangle(
                        x: x, y: 0, width: max(end - x, Self.leastWidth),
                        height: PlotSize.laneHeight),
                    colour: span.digest.map { colours.colour($0) }, digest: span.digest,
                    description: span.description)
            }
        }
        ticks = timeline.ticks.map { scale.x($0.moment) }
        labels = PlotLabels.fitting(
            timeline.ticks.map { (text: $0.label, x: scale.x($0.moment)) })
    }
}

/// Moments to places.
private struct TimeScale {
    private let start: Double
    private let length: Double

    init(_ range: ClosedRange<Timestamp>) {
        start = Double(range.lowerBound.milliseconds)
        length = Double(range.upperBound.milliseconds) - start
    }

    /// Moments before and after the range are at its ends.
    func x(_ moment: Timestamp) -> Double {
        guard length > 0 else { return 0 }
        let share = (Double(moment.milliseconds) - start) / length
        return min(max(share, 0), 1) * PlotSize.width
    }
}

/// The same digest has the same colour in each row, and the first digests have colours of their own.
private struct DigestColours {
    private var numbers: [String: Int] = [:]

    mutating func colour(_ digest: String) -> Int {
        if let number = numbers[digest] { return number }
        let number = numbers.count % TimelinePlot.colours
        numbers[digest] = number
        return number
    }
}
