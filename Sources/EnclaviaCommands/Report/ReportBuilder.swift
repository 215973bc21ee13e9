import EnclaviaCore

/// Makes the document of a report: what was pushed, and what the history proves of it.
package struct ReportBuilder {
    private let report: HistoryReport
    private let verification: VerifyReport
    private let filters: ReportFilters
    private let made: Timestamp
    private let zone: LocalZone

    /// - Parameter made: when the report is made.
    package init(
        _ report: HistoryReport, _ verification: VerifyReport, _ filters: ReportFilters,
        at made: Timestamp, in zone: LocalZone
    ) {
        self.report = report
        self.verification = verification
        self.filters = filters
        self.made = made
        self.zone = zone
    }

    /// - Throws: ``StoreError/corrupt(path:detail:)`` where the text of a record is not valid.
    package func document() throws -> ReportDocument {
        let values = ReportValues(try listed().map { try $0.fields() }, in: zone)
        let summary = ReportSummary(report, verification, filters, values).section
        let evidence = ReportEvidenceSection(report.evidence, verification, values).section
        var sections = [summary]
        if report.counts.pushes > 0 {
            let counts = ReportCountSections(report, filters, values)
            let groups = ReportGroupSections(report, filters, values)
            sections += [counts.pushes, counts.notifications]
            if report.tags.count > 0 {
                sections.append(try ReportTagSection(report, filters, values, at: made).section())
            }
            if report.failures.count > 0 { sections.append(try groups.failures()) }
            sections += [groups.repositories, groups.users]
            sections.append(try ReportPushSection(report, filters, values).section())
        }
        return ReportDocument(
            title: "Report of pushes",
            facts: [
                ReportFact("Question", filters.question),
                ReportFact("Made", values.moment(made)),
            ], sections: sections + [evidence])
    }

    /// All pushes that the document shows.
    private func listed() -> [StoredPush] {
        report.pushes.listed + report.failures.listed.map(\.example)
            + report.tags.listed.flatMap { tag in
                [tag.before].compactMap { $0 } + tag.moves.listed.map(\.push)
            }
    }
}
