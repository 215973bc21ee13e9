import EnclaviaCore

/// The first section of a report: its numbers, and whether the history is intact.
struct ReportSummary {
    private let report: HistoryReport
    private let verification: VerifyReport
    private let filters: ReportFilters
    private let values: ReportValues

    init(
        _ report: HistoryReport, _ verification: VerifyReport, _ filters: ReportFilters,
        _ values: ReportValues
    ) {
        self.report = report
        self.verification = verification
        self.filters = filters
        self.values = values
    }

    var section: ReportSection {
        ReportSection(
            id: "summary", heading: "Summary",
            paragraphs: report.counts.pushes == 0
                ? ["No push matches the filters."] : [],
            facts: [ReportFact("Filters", filters.words)] + numbers + pruned
                + [
                    ReportFact("History", ReportText([.code(report.path)])),
                    ReportFact("Verification", verification.mark),
                ])
    }

    private var numbers: [ReportFact] {
        guard let range = report.range else { return [] }
        let rates = [
            ("Success rate", report.counts.successRate, "of the pushes that have ended"),
            ("Backend told", report.counts.notifyRate, "of the notifications that were due"),
        ]
        let names = report.tags.count
        return [
            ReportFact("Pushes", pushes),
            ReportFact("First push", values.moment(range.lowerBound)),
            ReportFact("Last push", values.moment(range.upperBound)),
        ]
            + rates.compactMap { name, rate, whole in
                ReportValues.percent(rate).map {
                    ReportFact(name, ReportText([.own("\($0) \(whole)")]))
                }
            } + [
                ReportFact(
                    "Covered",
                    ReportText([
                        .own(
                            MessageText.list(
                                [
                                    MessageText.count(names, "tag", "tags"),
                                    MessageText.count(
                                        report.repositories.named.count, "repository",
                                        "repositories"),
                                    MessageText.count(report.users.named.count, "user", "users"),
                                ], "and"))
                    ])),
                ReportFact("Imported", imported),
            ]
    }

    /// What the history lacks of the report's time.
    private var pruned: [ReportFact] {
        guard let end = report.prunedBefore, filters.query.since.map({ $0 < end }) != false else {
            return []
        }
        return [
            ReportFact(
                "Pruned",
                ReportText([
                    .own(
                        "pushes that ended before \(values.zone.text(at: end)) were deleted and are not"
                            + " counted, but for the newest of each tag")
                ]))
        ]
    }

    /// `60: 50 succeeded, 8 failed, 2 interrupted`.
    private var pushes: ReportText {
        ReportText([.own("\(report.counts.pushes): \(report.counts.sentence)")])
    }

    private var imported: ReportText {
        report.imported == 0
            ? "none"
            : ReportText([
                .own("\(report.imported) (what their files said cannot be checked here)")
            ])
    }
}

extension PushCounts {
    /// The numbers by outcome: `50 succeeded, 8 failed`.
    var sentence: String {
        PushOutcome.allCases.filter { self[$0] > 0 }
            .map { "\(self[$0]) \($0.rawValue)" }.joined(separator: ", ")
    }
}

extension VerifyReport {
    /// What the verification found, in a word.
    var mark: ReportText {
        guard events > 0 || isIntact == false else { return "no events yet" }
        return switch isIntact {
        case true?: ReportText([.mark("intact", .good)])
        case false?:
            ReportText([
                .mark("differs", .bad),
                .own(": \(MessageText.count(differences.count, "difference", "differences"))"),
            ])
        case nil: ReportText([.mark("unproven", .waiting)])
        }
    }
}
