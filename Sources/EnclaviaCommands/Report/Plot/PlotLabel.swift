import EnclaviaCore

/// A label along the horizontal axis.
package struct PlotLabel: Hashable, Sendable {
    /// Where the text is in relation to its place: labels at an end do not leave the plot.
    package enum Anchor: String, Hashable, Sendable {
        case start, middle, end
    }

    package let text: String
    /// 0 to `PlotSize.width`.
    package let x: Double
    /// Whether the label fits on a narrow page, too.
    package let fitsNarrow: Bool
    package let anchor: Anchor

    /// The anchor with which a label does not leave the plot.
    static func anchor(at x: Double) -> Anchor {
        switch x {
        case ..<120: .start
        case 880...: .end
        default: .middle
        }
    }
}

/// Which labels fit beside one another.
enum PlotLabels {
    /// The width of a character and of the gap between labels, in units of a plot that is 800 pixels wide or, on a
    /// narrow page, 240.
    private static let wide = (character: 9.0, gap: 20.0)
    private static let narrow = (character: 30.0, gap: 45.0)

    /// The labels of periods with the same distance, which keep a regular distance.
    static func regular(_ texts: [String]) -> [PlotLabel] {
        guard !texts.isEmpty else { return [] }
        let slot = PlotSize.width / Double(texts.count)
        let longest = Double(texts.map { TerminalText.width($0) }.max() ?? 0)
        func every(_ size: (character: Double, gap: Double)) -> Int {
            max(1, Int(((longest * size.character + size.gap) / slot).rounded(.up)))
        }
        let stride = every(wide)
        let narrowStride = (every(narrow) + stride - 1) / stride * stride
        return Swift.stride(from: 0, to: texts.count, by: stride).map { index in
            PlotLabel(
                text: texts[index], x: (Double(index) + 0.5) * slot,
                fitsNarrow: index.isMultiple(of: narrowStride), anchor: .middle)
        }
    }

    /// The labels that do not overlap one before them, of labels at any places in order.
    static func fitting(_ labels: [(text: String, x: Double)]) -> [PlotLabel] {
        var wideEnd = -Double.infinity
        var narrowEnd = -Double.infinity
        var fitting: [PlotLabel] = []
        for (text, x) in labels {
            guard let wideRange = range(text, at: x, wide), wideRange.lowerBound >= wideEnd else {
                continue
            }
            wideEnd = wideRange.upperBound + wide.gap
            var fitsNarrow = false
            if let range = range(text, at: x, narrow), range.lowerBound >= narrowEnd {
                narrowEnd = range.upperBound + narrow.gap
                fitsNarrow = true
            }
            fitting.append(
                PlotLabel(
                    text: text, x: x, fitsNarrow: fitsNarrow, anchor: PlotLabel.anchor(at: x)))
        }
        return fitting
    }

    private static func range(
        _ text: String, at x: Double, _ size: (character: Double, gap: Double)
    ) -> ClosedRange<Double>? {
        guard x.isFinite else { return nil }
        let width = Double(TerminalText.width(text)) * size.character
        return switch PlotLabel.anchor(at: x) {
        case .start: x...(x + width)
        case .middle: (x - width / 2)...(x + width / 2)
        case .end: (x - width)...x
        }
    }
}
