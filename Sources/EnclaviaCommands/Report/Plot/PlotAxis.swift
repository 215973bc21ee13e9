/// The values of an axis: from 0 to a multiple of a step of 1, 2 or 5 times a power of ten.
package struct PlotAxis: Hashable, Sendable {
    /// At most five, so that there are at most six ticks with the one at 0.
    private static let mostSteps = 5.0

    package let step: Double
    package let steps: Int

    /// The axis of counts up to `greatest`; from 0 to 1 where that is not above 0.
    package init(greatest: Double) {
        let greatest = greatest.isFinite ? max(greatest, 1) : 1
        var power = 1.0
        while power * 10 * Self.mostSteps < greatest { power *= 10 }
        let step = [1, 2, 5, 10].map { $0 * power }.first { $0 * Self.mostSteps >= greatest }
        self.step = step ?? greatest
        steps = max(1, Int((greatest / self.step).rounded(.up)))
    }

    package var end: Double { step * Double(steps) }
    package var ticks: [Double] { (0...steps).map { Double($0) * step } }

    /// The part of the axis from 0 to `value`: 0 to 1.
    package func share(_ value: Double) -> Double { min(max(value / end, 0), 1) }
}

/// The size of each plot, in units of its own: the page stretches it to the width that there is.
package enum PlotSize {
    package static let width = 1000.0
    package static let columnsHeight = 200.0
    package static let laneHeight = 24.0
}

/// A rectangle of a plot. Its corner is at the top left.
package struct PlotRectangle: Hashable, Sendable {
    package let x: Double
    package let y: Double
    package let width: Double
    package let height: Double

    package init(x: Double, y: Double, width: Double, height: Double) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }
}
