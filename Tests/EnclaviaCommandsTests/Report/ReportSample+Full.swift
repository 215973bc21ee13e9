import EnclaviaCommands
import EnclaviaCore

extension ReportSample {
    /// A report as it is read: with right-to-left names, long names, a long message, and many rows.
    static let full = ReportDocument(
        title: "Pushes from November 2025",
        facts: [
            ReportFact("Covers", "2025-11-01 to 2025-12-01, Europe/Berlin"),
            ReportFact("Filter", ReportText([.own("repository "), .outside("alice/…")])),
            ReportFact("Pushes", "1,284"),
            ReportFact("Made on", ReportText([.outside("build-07.example.org")])),
            ReportFact("History", ReportText([.mark("intact", .good)])),
            ReportFact("Chain's head", ReportText([.code("b935a165ac85f2e10c44")])),
        ],
        sections: [summary, repositories, tags, failures, pushes])

    private static let summary = ReportSection(
        id: "pushes-by-day", heading: "Pushes by day",
        paragraphs: [
            ReportText([
                .own("Most pushes reached the registry. The backend was not told of "),
                .mark("3 waiting", .waiting), .own(" and "), .mark("12 failed", .bad),
                .own("; run "), .code("enclavia notify --pending"), .own(" to tell it now."),
            ])
        ],
        plot: .columns(
            ReportColumns(
                description: "1,284 pushes in 30 days: 1,201 succeeded, 61 failed, and 22 were "
                    + "cancelled. The most, 88, were on 2025-11-19.",
                unit: "pushes", periods: (1...30).map { "Nov \($0)" },
                series: [
                    .init(
                        name: "succeeded", tone: .good,
                        values: (0..<30).map { $0 % 7 < 2 ? 4 : 30 + $0 * 37 % 50 }),
                    .init(
                        name: "failed", tone: .bad, values: (0..<30).map { $0 == 11 ? 24 : $0 % 4 }),
                    .init(
                        name: "cancelled", tone: .neutral,
                        values: (0..<30).map { $0 % 5 == 0 ? 3 : 0 }),
                ])),
        tables: [
            ReportTable(
                caption: "What became of each push",
                columns: [
                    .init(title: "Outcome"), .init(title: "Pushes", isNumber: true),
                    .init(title: "Share", isNumber: true),
                ],
                rows: [
                    [ReportText([.mark("succeeded", .good)]), "1,201", "93.5 %"],
                    [ReportText([.mark("failed", .bad)]), "61", "4.8 %"],
                    [ReportText([.mark("cancelled", .neutral)]), "22", "1.7 %"],
                    [ReportText([.mark("running", .waiting)]), "0", "0.0 %"],
                ])
        ])

    private static let repositories = ReportSection(
        id: "repositories", heading: "Repositories",
        plot: .bars(
            ReportBars(
                description: "alice/payments has 1,271 of 1,284 pushes, 99 %.", unit: "pushes",
                bars: [
                    .init(label: repository("alice/payments"), tone: .good, value: 1_271),
                    .init(label: repository("alice/فاتورة-التاجر"), tone: .good, value: 9),
                    .init(label: repository("alice/שירות-תשלומים"), tone: .good, value: 4),
                    .init(
                        label: repository("alice/" + String(repeating: "long-name-", count: 29)),
                        tone: .good, value: 1),
                    .init(label: repository("alice/unused"), tone: .good, value: 0),
                ])))

    private static func repository(_ name: String) -> ReportText { ReportText([.outside(name)]) }

    private static let tags = ReportSection(
        id: "tags", heading: "What each tag pointed at",
        plot: .timeline(
            ReportTimeline(
                description: "4 tags moved 34 times from 2025-11-01 to 2025-12-01.",
                range: start...moment(day: 30),
                ticks: [0, 5, 10, 15, 20, 25, 30].map { day in
                    .init(
                        moment: moment(day: day), label: day == 30 ? "Dec 1" : "Nov \(Int(day) + 1)"
                    )
                },
                rows: [
                    row("alice/payments:prod", [(0, 0), (6.5, 2), (13, 3), (24.2, 5)]),
                    row(
                        "alice/payments:staging",
                        [(0, 1), (5, 2), (11, 3), (19, 4), (22, 5), (28, 6)]),
                    row("alice/فاتورة-التاجر:الإصدار", [(3.2, nil), (9, 7), (21, 8)]),
                    row(
                        "alice/payments:nightly",
                        (0..<21).map { (Double($0) * 1.4, $0 % 9) }),
                ])),
        tables: [
            ReportTable(
                caption: ReportText([.own("Moves of "), .outside("alice/payments:prod")]),
                columns: [
                    .init(title: "When"), .init(title: "Digest"), .init(title: "By"),
                    .init(title: "Commit"),
                ],
                rows: [0, 2, 3, 5].map { number in
                    [
                        "2025-11-\(String(10 + number)) 09:12", ReportText([.code(digest(number))]),
                        ReportText([.outside(number == 3 ? "נועה" : "alice")]),
                        ReportText([
                            .link(
                                "b7f819\(number)",
                                address: "https://git.example.org/payments/commit/b7f819\(number)")
                        ]),
                    ]
                })
        ])

    private static func digest(_ number: Int) -> String {
        String((0xB935_A165_AC85 &+ number &* 0x1357_9BDF) & 0xFFFF_FFFF_FFFF, radix: 16)
    }

    private static func row(_ name: String, _ moves: [(Double, Int?)]) -> ReportTimeline.Row {
        ReportTimeline.Row(
            label: ReportText([.outside(name)]),
            spans: moves.map { day, number in
                ReportTimeline.Span(
                    start: moment(day: day), digest: number.map(digest),
                    description: "day \(day): \(number.map(digest) ?? "unknown"), by alice")
            })
    }
}
