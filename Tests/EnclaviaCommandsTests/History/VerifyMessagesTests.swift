import EnclaviaCommands
import EnclaviaCore
import EnclaviaSystem
import Testing

/// What is said of a history that was verified, and the exit code.
struct VerifyMessagesTests {
    private static let plain = StreamTraits(isTerminal: false, hasColor: false, width: nil)

    private func conclusion(
        _ change: (inout VerifyReport) -> Void
    ) -> (line: String, status: EnclaviaCommands.ExitStatus) {
        var report = VerifyReport(path: "/h")
        report.events = 2
        report.pushes = 1
        change(&report)
        return report.conclusion(on: Self.plain)
    }

    @Test func `a history that is intact is exit 0`() {
        let (line, status) = conclusion { _ in }
        #expect(line == "intact: 2 events (0 pruned) of 1 push")
        #expect(status == .done)
    }

    @Test func `what is unproven is not intact`() {
        let (line, status) = conclusion { $0.newerSchema = 99 }
        #expect(line == "unproven: 2 events (0 pruned) of 1 push")
        #expect(status == .negative)
    }

    private static let differences: [VerifyDifference] = [
        .sequence(expected: 1, found: 2), .data(sequence: 1), .chain(sequence: 1),
        .place(sequence: 1), .source(sequence: 1), .blank(sequence: 1),
        .prune(sequence: 1, detail: "x"), .unreadable(sequence: 1, detail: "x"),
        .projection(table: "push", key: "k", column: "c"),
        .projection(table: "push", key: "k", column: nil), .schema(object: "x"),
        .integrity(detail: "x"), .head(noted: "x"),
    ]

    @Test func `each difference has a sentence of its own, and is exit 1`() {
        var lines: Set<String> = []
        for difference in Self.differences {
            let (line, status) = conclusion {
                $0.difference = difference
                // A difference is one, whoever made the tables.
                $0.newerSchema = 99
            }
            #expect(status == .negative, "\(difference)")
            #expect(line.hasPrefix("different: "))
            lines.insert(line)
        }
        #expect(lines.count == Self.differences.count)
    }
}
