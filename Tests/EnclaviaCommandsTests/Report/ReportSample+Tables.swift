import EnclaviaCommands

extension ReportSample {
    static let failures = ReportSection(
        id: "failures", heading: "Failures by stage",
        facts: [ReportFact("Failed pushes", "61"), ReportFact("First", "2025-11-02 08:15")],
        tables: [
            ReportTable(
                caption: "Messages of failed pushes",
                columns: [
                    .init(title: "Stage"), .init(title: "Pushes", isNumber: true),
                    .init(title: "Last message"),
                ],
                rows: [
                    ["push", "44", ReportText([.outside("denied: quota of alice exceeded")])],
                    [
                        "login", "11",
                        ReportText([.outside("line one\nline two\u{1B}[31m red \u{202E}drawkcab")]),
                    ],
                    [
                        "tag", "6",
                        ReportText([
                            .outside(
                                String(repeating: "a message that does not end, ", count: 173))
                        ]),
                    ],
                ]),
            ReportTable(
                caption: "Failures that nobody has looked at", columns: [.init(title: "Push")],
                rows: []),
        ])

    static let pushes = ReportSection(
        id: "pushes", heading: "Pushes",
        tables: [
            ReportTable(
                caption: "The newest 240 of 1,284 pushes",
                columns: [
                    .init(title: "When"), .init(title: "Reference"), .init(title: "Result"),
                    .init(title: "Digest"), .init(title: "Backend"), .init(title: "Commit"),
                    .init(title: "Who"), .init(title: "Took", isNumber: true), .init(title: "Push"),
                ],
                rows: (0..<240).map(push),
                note: ReportText([
                    .own("1,044 pushes are not shown: "),
                    .code("enclavia history list --since 2025-11-01 --format csv"),
                    .own(" prints all."),
                ]))
        ])

    private static let references = [
        "alice/payments:prod", "alice/فاتورة-التاجر:الإصدار", "alice/שירות-תשלומים:v2",
        "alice/payments:" + String(repeating: "x", count: 285), "alice/payments:nightly",
    ]

    private static func push(_ number: Int) -> [ReportText] {
        let failed = number % 11 == 3
        let waits = number % 17 == 5
        return [
            "2025-11-\(30 - number / 9) \(10 + number % 9):12",
            ReportText([.outside(references[number % 60 == 3 ? 3 : [0, 1, 2, 4][number % 4]])]),
            ReportText([failed ? .mark("failed", .bad) : .mark("moved", .good)]),
            failed
                ? ReportText([.outside("denied: quota exceeded")])
                : ReportText([.code("b935a165ac\(10 + number % 80)")]),
            ReportText([waits ? .mark("waiting", .waiting) : .mark("told", .neutral)]),
            ReportText([
                .link(
                    "b7f8\(100 + number)", address: "https://git.example.org/c/b7f8\(100 + number)")
            ]),
            ReportText([.outside(number % 5 == 0 ? "مها" : "alice")]),
            "\(number % 70).\(number % 10) s",
            ReportText([.code("ad11\(1000 + number)")]),
        ]
    }
}
