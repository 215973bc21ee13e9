import EnclaviaCommands
import EnclaviaCore

/// Reports of every kind of text, table and plot.
enum ReportSample {
    static let day: Int64 = 86_400_000
    static let start = Timestamp(milliseconds: 1_761_955_200_000)

    static func moment(day number: Double) -> Timestamp {
        start.adding(milliseconds: Int64(number * Double(day)))
    }

    /// A report that has `text` wherever a text may stand, and as the address of a link.
    static func everywhere(_ text: String, address: String = "https://example.org/")
        -> ReportDocument
    {
        let parts = ReportText([
            .own(text), .outside(text), .code(text), .link(text, address: address),
            .link(text, address: text), .mark(text, .bad),
        ])
        let columns = ReportColumns(
            description: text, unit: text, periods: [text, text],
            series: [ReportColumns.Series(name: text, tone: .good, values: [1, 2])])
        let bars = ReportBars(
            description: text, unit: text,
            bars: [ReportBars.Bar(label: parts, tone: .bad, value: 3)])
        let timeline = ReportTimeline(
            description: text, range: start...moment(day: 30),
            ticks: [ReportTimeline.Tick(moment: moment(day: 7), label: text)],
            rows: [
                ReportTimeline.Row(
                    label: parts,
                    spans: [
                        ReportTimeline.Span(
                            start: moment(day: 1), digest: text, description: text),
                        ReportTimeline.Span(
                            start: moment(day: 20), digest: nil, description: text),
                    ])
            ])
        let table = ReportTable(
            caption: parts, columns: [.init(title: text), .init(title: text, isNumber: true)],
            rows: [[parts, parts], [parts, parts]], note: parts)
        let facts = [ReportFact(text, parts)]
        return ReportDocument(
            title: parts, facts: facts,
            sections: [
                ReportSection(
                    id: "first", heading: text, paragraphs: [parts], facts: facts,
                    plot: .columns(columns), tables: [table]),
                ReportSection(id: "second", heading: text, plot: .bars(bars)),
                ReportSection(id: "third", heading: text, plot: .timeline(timeline)),
            ])
    }

    static func section(_ plot: ReportPlot) -> ReportDocument {
        ReportDocument(
            title: "Plots", facts: [],
            sections: [ReportSection(id: "plot", heading: "Plot", plot: plot)])
    }

    static let empty = ReportDocument(title: "Pushes", facts: [], sections: [])
}
