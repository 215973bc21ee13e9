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
            report.failures.rest, "more kind of failure", "more kinds of failures",
            then: filters.printing(
                "All failed pushes",
                "list --outcome=failed --limit=\(report.counts[PushOutcome.failed])",
                replacing: ["--outcome"]))
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
            "repositories", "Repositories", report.repositories, ("Repository", "Tags"),
            note: filters.note(
                report.repositories.named.rest, "more repository", "more repositories",
                then: filters.printing("All", "stats --by=repository"))
        ) { name in values.outside(needsRegistry ? name : values.path(of: name)) }
    }

    /// Whether the repositories are in several registries.
    private var needsRegistry: Bool {
        let registries = report.repositories.named.listed.compactMap {
            $0.name?.prefix { $0 != "/" }
        }
        return values.needsRegistry || Set(registries).count > 1
    }

    var users: ReportSection {
        section(
            "users", "Users", report.users, ("User", "Repositories"),
            note: filters.note(
                report.users.named.rest, "more user", "more users",
                then: filters.printing("All", "stats --by=user"))
        ) { values.outside($0) }
    }

    private func section(
        _ id: String, _ heading: String, _ groups: ReportGroups,
        _ titles: (name: String, members: String), note: ReportText?,
        shown: (String) -> ReportText
    ) -> ReportSection {
        let name = titles.name.lowercased()
        let bars = groups.named.listed.map {
            ReportBars.Bar(
                label: $0.name.map(shown) ?? ReportValues.none, tone: .neutral,
                value: $0.counts.pushes)
        }
        let rows = (groups.named.listed + [groups.unnamed].compactMap { $0 }).map { group in
            [
                group.name.map(shown) ?? "unknown",
                values.number(group.counts.pushes),
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
            paragraphs: [
                ReportText(
                    sentence: """
                        Recorded moves are the pushes that created or moved their tag, as their records say \
                        (`enclavia history list --moves`).
                        """
                ) { .own($0) }
            ],
            plot: plot(bars, "Pushes by \(name)", of: groups.named.count),
            tables: [
                ReportTable(
                    caption: ReportText([.own("Pushes by \(name)")]),
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
