import EnclaviaCommands
import EnclaviaCore
import EnclaviaSystem
import Testing

/// The messages and exit codes of `history verify`.
struct VerifyMessagesTests {
    private static let plain = TerminalCapabilities(isTerminal: false, hasColor: false, width: nil)

    private func lines(
        _ change: (inout VerifyReport) -> Void
    ) -> (lines: [String], status: EnclaviaCommands.ExitStatus) {
        var report = VerifyReport(path: "/h")
        report.events = 60
        report.pushes = 60
        report.imported = 48
        report.oldest = Timestamp("2026-11-25T19:55:12Z")
        report.head = "ab12"
        change(&report)
        return (report.lines(on: Self.plain, in: .utc), report.status)
    }

    private static let pushCounts =
        "12 pushes made here; 48 imported (what their files said cannot be checked here)"

    @Test func `an intact history shows its oldest event, its pushes and its head`() {
        let (lines, status) = lines { _ in }
        #expect(
            lines == [
                "intact: 60 events since 2026-11-25 19:55", Self.pushCounts, "head: ab12",
                "note it elsewhere; `enclavia history verify --head HASH` checks it later",
            ])
        #expect(status == .done)
        #expect(lines.allSatisfy { $0.count <= 80 })
    }

    @Test(arguments: [
        (60, "60 pushes imported (what their files said cannot be checked here)"),
        (59, "1 push made here; 59 imported (what their files said cannot be checked here)"),
        (0, "60 pushes made here"),
    ])
    func `pushes made here and imported pushes are counted separately`(
        imported: Int, line: String
    ) {
        #expect(lines { $0.imported = imported }.lines[1] == line)
    }

    @Test func `a salvaged history says where, from which chain and what was lost`() {
        let mark = SalvageEventData(
            chain: "old", sequence: 40, head: "cd", lost: [[41, 43]], lostEvents: 3,
            isEndUnknown: true, unprovenEvents: 2, pushes: 1, blanked: [])
        let (lines, status) = lines {
            $0.salvages = [VerifyReport.Salvage(sequence: 41, data: mark)]
        }
        #expect(
            lines[2...3] == [
                "salvaged: event 41 begins a new chain: 3 events lost or more, 2 no longer proven",
                "the chain before event 41: old",
            ])
        #expect(status == .done)
    }

    @Test func `pruned events are counted, and a noted head is shown with its event number`() {
        let (lines, _) = lines {
            $0.pruned = 20
            $0.notedSequence = 41
        }
        #expect(
            lines[0]
                == "intact: 60 events, 20 of them pruned; the oldest remaining event is from 2026-11-25 19:55"
        )
        #expect(
            lines[3]
                == "the head noted elsewhere is event 41: the history up to that event is unchanged"
        )
    }

    @Test func `a history without events is intact, and has no head`() {
        let empty = VerifyReport(path: "/h")
        #expect(empty.lines(on: Self.plain, in: .utc) == ["intact: no events yet"])
        #expect(empty.status == .done)
    }

    @Test func `an unproven history is not reported as intact`() {
        let (lines, status) = lines {
            $0.newerSchema = 99
            $0.imported = nil
        }
        #expect(
            lines.prefix(2) == ["unproven: 60 events since 2026-11-25 19:55", "60 pushes"])
        #expect(status == .negative)
    }

    private static let differences: [VerifyDifference] = [
        .sequence(expected: 1, found: 2), .data(sequence: 1), .chain(sequence: 1),
        .place(sequence: 1), .source(sequence: 1), .blank(sequence: 1),
        .prune(sequence: 1, detail: "x"), .unreadable(sequence: 1, detail: "x"),
        .reference(sequence: 1, push: "k", found: "a", expected: "b"),
        .projection(table: "push", key: "k", column: "c"),
        .projection(table: "push", key: "k", column: nil),
        .projection(table: "push", key: "k", column: nil, field: .missingRow),
        .projection(table: "push", key: "k", column: nil, field: .surplusRow),
        .projection(
            table: "push", key: "k", column: "c",
            field: DifferingField("c", found: "a", expected: nil)), .schema(object: "x"),
        .integrity(detail: "x"), .head(noted: "x"),
    ]

    @Test func `each kind of difference has its own message, and verify exits with 1`() {
        var sentences: Set<String> = []
        for difference in Self.differences {
            let (lines, status) = lines {
                $0.differences.add(difference)
                // A newer schema does not turn a difference into "unproven".
                $0.newerSchema = 99
            }
            #expect(status == .negative, "\(difference)")
            #expect(lines.count == 2)
            #expect(lines[0] == "differs: 1 difference in /h")
            sentences.insert(lines[1])
        }
        #expect(sentences.count == Self.differences.count)
    }

    @Test func `rebuild is named where nothing but the tables differs`() {
        let tables: [VerifyDifference] = [
            .projection(table: "push", key: "k", column: "c"), .schema(object: "x"),
            .integrity(detail: "x"),
        ]
        var report = VerifyReport(path: "/h")
        #expect(report.remark == nil)
        for difference in tables { report.differences.add(difference) }
        #expect(report.remark?.contains("`enclavia history rebuild`") == true)
        report.newerSchema = 99
        #expect(report.remark == nil)
        report.newerSchema = nil
        for difference in Self.differences where !tables.contains(difference) {
            if case .projection = difference { continue }
            if case .schema = difference { continue }
            if case .integrity = difference { continue }
            var other = report
            other.differences.add(difference)
            #expect(other.remark == nil, "\(difference)")
        }
    }

    @Test func `a difference names push, field and both values`() {
        let digest = "sha256:" + String(repeating: "a", count: 64)
        let (lines, _) = lines {
            $0.differences.add(
                .projection(
                    table: "push", key: "01a21621-0f05-7de9-b5e6-4a0f5b469471", column: "digest",
                    field: DifferingField("digest", found: digest, expected: nil)))
            $0.differences.add(.data(sequence: 7))
            $0.pushIDs[7] = "01a21621-0f05-7de9-b5e6-4a0f5b469471"
        }
        #expect(
            lines == [
                "differs: 2 differences in /h",
                "push 5b469471: digest: the table has \(digest), but the events have nothing",
                "event 7 of push 5b469471 was edited: its text does not match its hash",
            ])
    }

    @Test func `an edited value is escaped and cut in the output`() {
        let (lines, _) = lines {
            $0.differences.add(
                .projection(
                    table: "push", key: "\u{1B}[2J", column: "message",
                    field: DifferingField(
                        "message", found: "\u{202E}" + String(repeating: "x", count: 5000),
                        expected: "\u{9B}31m")))
        }
        #expect(!lines[1].unicodeScalars.contains(where: TerminalText.isUnsafe))
        #expect(lines[1].count < 300)
    }

    @Test func `differences that are not listed are counted`() {
        let (lines, _) = lines {
            for sequence in 1...70 { $0.differences.add(.data(sequence: Int64(sequence))) }
        }
        #expect(lines.count == 52)
        #expect(lines[0] == "differs: 70 differences in /h")
        #expect(lines[51] == "and 20 more")
    }
}
