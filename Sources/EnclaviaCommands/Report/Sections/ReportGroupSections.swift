import EnclaviaCore

/// Pushes counted by why they failed, by repository and by user.
struct ReportGroupSections {
    /// The most bars of a plot; the table has more.
    private static let barLimit = 10

    private let report: HistoryReport
    private let filters: ReportFilters
    private let values: ReportValues

    init(_ report: HistoryReport, _ filters: ReportFilters, _ values: ReportValues) {
        self.report = report
        self.filters = filters
        self.values = values
    }

    func failures() throws -> ReportSection {
        let bars = report.failures.listed.map { failure in
            ReportBars.Bar(
                label: ReportText([
                    .outside(failure.stage ?? "-"), .own(": "), .outside(failure.kind ?? "-"),
                ]), tone: .bad, value: failure.count)
        }
        let rows = try report.failures.listed.map { failure in
            let push = try failure.example.fields()
            return [
                values.outside(failure.stage), values.outside(failure.kind),
                values.number(failure.count), values.moment(push.startedAt),
                values.reference(push), values.outside(push.failure?.message),
                values.code(values.id(push.id)),
            ]
        }
        let note = filters.note(
            report.failures.rest, "more kind of failure", "more kinds of failures")
        return ReportSection(
            id: "failures", heading: "Failures by stage",
            plot: plot(bars, "Failed pushes by stage and kind", of: report.failures.count),
            tables: [
                ReportTable(
                    caption: "Failed pushes by stage and kind, with the newest of each",
                    columns: [
                        .init(title: "Stage"), .init(title: "Kind"),
                        .init(title: "Pushes", isNumber: true), .init(title: "Newest"),
                        .init(title: "Reference"), .init(title: "Message"), .init(title: "Push"),
                    ], rows: rows, note: note)
            ])
    }

    var repositories: ReportSection {
        section(
            "repositories", "Repositories", report.repositories,
            ("Repository", "Tags"),
            note: filters.note(
                report.repositories.rest, "more repository", "more repositories",
                "stats --by=repository"))
    }

    var users: ReportSection {
        section(
            "users", "Users", report.users, ("User", "Repositories"),
            note: filters.note(report.users.rest, "more user", "more users", "stats --by=user"))
    }

    private func section(
        _ id: String, _ heading: String, _ groups: ReportList<ReportGroup>,
        _ titles: (name: String, members: String), note: ReportText?
    ) -> ReportSection {
        func name(_ group: ReportGroup) -> ReportText {
            group.name.map { values.outside($0) } ?? "unknown"
        }
        let bars = groups.listed.map {
            ReportBars.Bar(label: name($0), tone: .neutral, value: $0.counts.pushes)
        }
        let rows = groups.listed.map { group in
            [
                name(group), values.number(group.counts.pushes),
                values.number(group.counts[.succeeded]),
                values.number(group.counts[PushOutcome.failed]),
                values.number(group.counts[.delivered]), values.number(group.moves),
                values.number(group.members), values.moment(group.range.lowerBound),
                values.moment(group.range.upperBound),
            ]
        }
        let numbers = ["Pushes", "Succeeded", "Failed", "Told", "Recorded moves", titles.members]
        return ReportSection(
            id: id, heading: heading,
            plot: plot(bars, "Pushes by \(titles.name.lowercased())", of: groups.count),
            tables: [
                ReportTable(
                    caption: ReportText([.own("Pushes by \(titles.name.lowercased())")]),
                    columns: [.init(title: titles.name)]
                        + numbers.map { .init(title: $0, isNumber: true) }
                        + [.init(title: "First push"), .init(title: "Last push")],
                    rows: rows, note: note)
            ])
    }

    /// - Parameter count: the number of bars that there could be.
    private func plot(_ bars: [ReportBars.Bar], _ title: String, of count: Int) -> ReportPlot {
        let shown = Array(bars.prefix(Self.barLimit))
        let largest = shown.first.map { ", the largest \($0.value)" } ?? ""
        let part = shown.count < count ? "; the \(shown.count) largest of \(count)" : ""
        return .bars(
            ReportBars(description: "\(title)\(part)\(largest).", unit: "pushes", bars: shown))
    }
}
