import EnclaviaCore

/// The newest of the matching pushes, one in each row.
struct ReportPushSection {
    private let report: HistoryReport
    private let filters: ReportFilters
    private let values: ReportValues

    /// A column and its text for a push.
    private typealias Column = (title: String, text: (PushJSON) -> ReportText)

    init(_ report: HistoryReport, _ filters: ReportFilters, _ values: ReportValues) {
        self.report = report
        self.filters = filters
        self.values = values
    }

    func section() throws -> ReportSection {
        let pushes = try report.pushes.listed.map { try $0.fields() }
        let caption =
            report.pushes.rest > 0
            ? "The newest \(MessageText.pushes(pushes.count)) of \(report.pushes.count)"
            : "All pushes, newest first"
        return ReportSection(
            id: "all", heading: "All pushes",
            tables: [
                ReportTable(
                    caption: ReportText([.own(caption)]),
                    columns: columns.map { .init(title: $0.title) },
                    rows: pushes.map { push in columns.map { $0.text(push) } },
                    note: filters.note(
                        report.pushes.rest, "older push", "older pushes",
                        then: filters.printing("All", "list --limit=\(report.pushes.count)"))
                ).withoutEmptyColumns
            ])
    }

    private var columns: [Column] {
        let values = values
        let host: [Column] = [
            ("Host", { values.outside($0.context.host ?? $0.origin?.host) })
        ]
        return [
            ("Time", { values.moment($0.startedAt) }), ("Reference", { values.reference($0) }),
            ("Result", { values.result($0) }), ("Digest", { values.digest($0.digest) }),
            ("Backend", { values.backend($0) }),
            ("Commit", { values.commit($0.context.gitCommit) }),
            ("Who", { values.outside($0.context.actor) }),
        ] + (values.needsHost ? host : []) + [
            ("Run", { values.run($0) }), ("Reason", { values.outside($0.message) }),
            ("Push", { values.code(values.id($0.id)) }),
        ]
    }
}
