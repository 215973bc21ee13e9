import EnclaviaCore

/// The values of the plots' templates.
enum PlotValues {
    /// The most spans that a screen reader is told of in one row; the report's tables hold all.
    private static let mostSpoken = 12
    /// A narrower span has no room for a digest on any page.
    private static let leastChip = 60.0

    static func columns(_ plot: ReportColumns, id: String) -> [String: Any] {
        let layout = ColumnsPlot(plot)
        let slot = PlotSize.width / Double(max(1, plot.periods.count))
        return [
            "plotID": id,
            "description": plot.description,
            "unit": plot.unit,
            "fills": fills(plot.series.map(\.tone)),
            "ticks": PageList(layout.axis.ticks) { tick in
                [
                    "tick": PlotNumber.tick(tick), "y": number(layout.y(tick)),
                    "percent": number(layout.y(tick) / PlotSize.columnsHeight * 100),
                ]
            },
            "periods": PageList(Array(layout.columns.enumerated())) { index, column in
                [
                    "tip": tip(plot, index), "x": number(Double(index) * slot),
                    "width": number(slot),
                    "blocks": PageList(column.blocks) { block in
                        var values = rectangle(block.rectangle)
                        values["series"] = block.series
                        return values
                    },
                ]
            },
            "labels": labels(layout.labels),
            "legend": PageList(Array(plot.series.enumerated())) { index, series in
                ["series": index, "key": series.name, "total": total(series.values)]
            },
        ]
    }

    static func bars(_ plot: ReportBars, id: String) -> [String: Any] {
        let bars = Array(zip(plot.bars, BarsPlot(plot.bars.map(\.value)).lengths).enumerated())
        return [
            "description": plot.description,
            "items": PageList(bars) { index, bar in
                let (bar, length) = bar
                let count = PlotNumber.count(bar.value)
                return [
                    "barID": "\(id)-\(index + 1)", "parts": PageValues.parts(bar.label),
                    "tone": bar.tone.rawValue, "tip": "\(count) \(plot.unit)", "count": count,
                    "length": length > 0 ? number(length) : false,
                ]
            },
        ]
    }

    static func timeline(_ plot: ReportTimeline, id: String) -> [String: Any] {
        let layout = TimelinePlot(plot)
        let rows = Array(zip(plot.rows, layout.rows).enumerated())
        return [
            "plotID": id,
            "description": plot.description,
            "fills": fills([.neutral], firstOverlay: 1),
            "labels": labels(layout.labels),
            "lanes": PageList(rows) { index, row in
                let (row, spans) = row
                let changes = spans.count == 1 ? "1 change" : "\(spans.count) changes"
                return [
                    "laneID": "\(id)-\(index + 1)", "parts": PageValues.parts(row.label),
                    "tip": changes, "spoken": spoken(spans),
                    "grid": layout.ticks.map(number),
                    "spans": PageList(spans) { span in
                        var values = rectangle(span.rectangle)
                        values["told"] = span.description
                        values["known"] = span.colour.map(String.init) ?? false
                        return values
                    },
                    "chips": PageList(
                        spans.filter { $0.rectangle.width >= leastChip }, values: chip),
                ]
            },
        ]
    }

    private static func chip(_ span: TimelinePlot.Span) -> [String: Any] {
        [
            "digest": span.digest ?? "unknown",
            "colour": span.colour.map(String.init) ?? "unknown",
            "percent": number(span.rectangle.x / PlotSize.width * 100),
            "wide": number(span.rectangle.width / PlotSize.width * 100),
        ]
    }

    private static func spoken(_ spans: [TimelinePlot.Span]) -> String {
        var texts = spans.suffix(mostSpoken).map(\.description)
        if spans.count > mostSpoken {
            texts.insert("\(spans.count - mostSpoken) older ones", at: 0)
        }
        return texts.joined(separator: "; ")
    }

    private static func fills(
        _ tones: [ReportTone], firstOverlay: Int = 0
    ) -> PageList<(offset: Int, element: ReportTone)> {
        PageList(Array(tones.enumerated())) { index, tone in
            let overlays = PlotTemplates.overlays
            return [
                "series": index, "tone": tone.rawValue,
                "over": overlays[(index + firstOverlay) % overlays.count],
            ]
        }
    }

    private static func labels(_ labels: [PlotLabel]) -> PageList<PlotLabel> {
        PageList(labels) { label in
            [
                "anchor": label.anchor.rawValue, "fitsNarrow": label.fitsNarrow,
                "label": label.text, "percent": number(label.x / PlotSize.width * 100),
            ]
        }
    }

    private static func rectangle(_ rectangle: PlotRectangle) -> [String: Any] {
        [
            "left": number(rectangle.x), "top": number(rectangle.y),
            "across": number(rectangle.width), "tall": number(rectangle.height),
        ]
    }

    /// The values of one period: `2026-11-28: 12 pushed, 1 failed`.
    private static func tip(_ plot: ReportColumns, _ period: Int) -> String {
        let values = plot.series.map { series in
            let value = series.values.indices.contains(period) ? series.values[period] : 0
            return "\(PlotNumber.count(value)) \(series.name)"
        }
        return "\(plot.periods[period]): \(values.joined(separator: ", "))"
    }

    private static func total(_ values: [Int]) -> String {
        var sum = 0
        for value in values {
            let (next, overflows) = sum.addingReportingOverflow(max(0, value))
            guard !overflows else { return PlotNumber.tick(values.reduce(0) { $0 + Double($1) }) }
            sum = next
        }
        return PlotNumber.count(sum)
    }

    private static func number(_ value: Double) -> String { PlotNumber.coordinate(value) }
}
