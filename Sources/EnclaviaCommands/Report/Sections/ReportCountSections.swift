import EnclaviaCore

/// How many pushes there were, over time, and what became of their notifications.
struct ReportCountSections {
    private let report: HistoryReport
    private let filters: ReportFilters
    private let values: ReportValues

    init(_ report: HistoryReport, _ filters: ReportFilters, _ values: ReportValues) {
        self.report = report
        self.filters = filters
        self.values = values
    }

    var pushes: ReportSection {
        let unit = report.periods?.unit ?? .day
        let periods = Array(zip(report.periods?.periods ?? [], report.byPeriod))
        let outcomes = PushOutcome.allCases.filter { report.counts[$0] > 0 }
        let rows = periods.filter { $1.pushes > 0 }.map { period, counts in
            [ReportText([.own(period.name)]), values.number(counts.pushes)]
                + outcomes.map { values.number(counts[$0]) }
        }
        var table = ReportTable(
            caption: ReportText([.own("Pushes by \(unit.name)")]),
            columns: [.init(title: unit.title), .init(title: "Pushes", isNumber: true)]
                + outcomes.map { .init(title: $0.title, isNumber: true) },
            rows: rows)
        if rows.count < periods.count {
            table.note = ReportText([.own("A \(unit.name) without pushes is not in the table.")])
        }
        return ReportSection(
            id: "pushes", heading: "Pushes", plot: .columns(columns(unit, outcomes)),
            tables: [table])
    }

    /// - Parameter outcomes: those that there are.
    private func columns(
        _ unit: ReportPeriods.Unit, _ outcomes: [PushOutcome]
    ) -> ReportColumns {
        let names = report.periods?.periods.map(\.name) ?? []
        let most = report.byPeriod.map(\.pushes).max() ?? 0
        let place = report.byPeriod.firstIndex { $0.pushes == most } ?? 0
        let busiest =
            names.indices.contains(place)
            ? " The most in a \(unit.name), \(most), were in \(names[place])." : ""
        let range = names.first.map { first in
            names.count > 1 ? " from \(first) to \(names[names.count - 1])" : " of \(first)"
        }
        return ReportColumns(
            description:
                "Pushes by \(unit.name)\(range ?? ""): \(report.counts.sentence).\(busiest)",
            unit: "pushes", periods: names,
            series: outcomes.map { outcome in
                .init(
                    name: outcome.rawValue, tone: outcome.tone,
                    values: report.byPeriod.map { $0[outcome] })
            })
    }

    var notifications: ReportSection {
        let outcomes: [NotifyOutcome] = [.delivered, .pending, .failed, .skipped]
        let counts = outcomes.map { ($0, report.counts[$0]) }
        let others = report.counts.pushes - counts.reduce(0) { $0 + $1.1 }
        let bars = counts.map { outcome, count in
            ReportBars.Bar(
                label: ReportText([.own(outcome.shortText)]), tone: outcome.tone, value: count)
        }
        let rows = counts.map { outcome, count in
            [
                ReportText([.mark(outcome.shortText, outcome.tone)]), values.number(count),
                ReportText(sentence: outcome.meaning) { .own($0) },
            ]
        }
        let none: [ReportText] = [
            "none", values.number(others), "there was nothing to notify of: no image was pushed",
        ]
        let sentence = counts.map { "\($0.1) \($0.0.shortText)" }.joined(separator: ", ")
        return ReportSection(
            id: "notifications", heading: "Notifications of the backend",
            plot: .bars(
                ReportBars(
                    description: "Pushes by the outcome of their notification: \(sentence),"
                        + " \(others) without one.",
                    unit: "pushes",
                    bars: bars + [.init(label: "none", tone: .neutral, value: others)])),
            tables: [
                ReportTable(
                    caption: "Pushes by the outcome of their notification",
                    columns: [
                        .init(title: "Backend"), .init(title: "Pushes", isNumber: true),
                        .init(title: "Meaning"),
                    ], rows: rows + [none])
            ])
    }
}

extension ReportPeriods.Unit {
    /// For a sentence: `pushes by week`.
    var name: String {
        switch self {
        case .day: "day"
        case .week: "week"
        case .month: "month"
        case .years(1): "year"
        case .years(10): "decade"
        case .years(let count): "period of \(count) years"
        }
    }

    /// The heading of a column.
    var title: String {
        switch self {
        case .day: "Day"
        case .week: "Week from Monday"
        case .month: "Month"
        case .years(1): "Year"
        case .years: "Years"
        }
    }
}

extension PushOutcome {
    var title: String {
        switch self {
        case .running: "Running"
        case .succeeded: "Succeeded"
        case .failed: "Failed"
        case .cancelled: "Cancelled"
        case .interrupted: "Interrupted"
        }
    }
}

extension NotifyOutcome {
    fileprivate var meaning: String {
        switch self {
        case .pending: "it will be sent again"
        case .delivered: "the backend was notified"
        case .failed: "the backend refused it: `enclavia notify` sends it again"
        case .skipped: "not wanted (--no-notify), or a newer push of the tag was notified of"
        }
    }
}
