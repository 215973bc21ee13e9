import EnclaviaCommands
import EnclaviaCore
import EnclaviaSystem
import Testing

/// How the history's table fits the width.
struct TableWidthTests {
    @Test(arguments: [30, 60, 80, 120, 200])
    func `a terminal and a pipe have the same layout`(_ columns: Int) async throws {
        let terminal = try await TableSample.run(
            TableSample.three, on: CommandLineRun.terminal(columns))
        #expect(
            try await TableSample.run(TableSample.three, on: TableSample.piped(columns)).out
                == terminal.out)
    }

    /// Wide and right-to-left text, the longest tags, names and reasons, and rows of every result.
    private var difficult: [PushRecord] {
        [
            Sample.push(9) {
                $0.reference = nil; $0.destination = "日本語-not-but-long-enough:v1"
            },
            Sample.push(8) {
                $0.reference = nil; $0.destination = "שלום-עולם-مرحبا:تاج"
            },
            Sample.push(7, tag: String(repeating: "t", count: 128)),
            Sample.push(6) { $0.state = .interrupted },
            Sample.push(5) {
                TableSample.moved(&$0); $0.message = String(repeating: "長い ", count: 90)
            },
            Sample.push(4) { push in
                TableSample.failed(
                    &push, kind: "usage", message: String(repeating: "because ", count: 40))
                push.context.user = String(repeating: "名", count: 40)
                push.context.host = String(repeating: "h", count: 64)
            },
            Sample.push(3) { $0.context.gitCommit = String(repeating: "約", count: 40) },
            Sample.push(2, at: "2020-02-02T02:02:02Z") {
                $0.origin = Origin(importedAt: $0.startedAt, host: "elsewhere")
            },
        ]
    }

    @Test(arguments: [1, 2, 5, 9, 12, 20, 24, 33, 40, 47, 56, 60, 72, 80, 81, 100, 120, 200, 500])
    func `no line is wider than the terminal`(_ width: Int) async throws {
        for pushes in [difficult, TableSample.three, Array(difficult.reversed()), [difficult[5]]] {
            for words in [[], ["--moves"], ["--limit", "300"]] {
                let outcome = await CommandLineRun(
                    adapters: TestAdapters(givenHistory: try ListedHistory(pushes)),
                    out: CommandLineRun.terminal(width)
                ).run(["history"] + words)
                #expect(outcome.lines.count == pushes.count + 1)
                #expect(
                    outcome.lines.allSatisfy { TerminalText.width($0) <= width }, "\(outcome.out)")
            }
        }
    }

    @Test func `a table of 300 pushes is aligned`() async throws {
        let pushes = (1...300).map { number in
            Sample.push(number, tag: "v\(number)") { if number % 7 == 0 { TableSample.moved(&$0) } }
        }
        let outcome = try await TableSample.run(pushes)
        #expect(outcome.lines.count == 301)
        let columns = ["RESULT", "DIGEST", "BACKEND", "COMMIT", "WHO", "PUSH"]
        for title in columns {
            let start = try #require(outcome.lines[0].range(of: "  \(title)")?.upperBound)
            let place =
                outcome.lines[0].distance(from: outcome.lines[0].startIndex, to: start)
                - title.count
            let isAligned = outcome.lines.allSatisfy { line in
                let end = line.dropFirst(place - 1).prefix(2)
                return end.first == " " && end.last != " "
            }
            #expect(isAligned, "\(title)")
        }
    }

    @Test(arguments: [
        (79, "DIGEST BACKEND COMMIT WHO PUSH"), (71, "DIGEST BACKEND COMMIT WHO PUSH"),
        (70, "DIGEST BACKEND WHO PUSH"), (66, "DIGEST BACKEND WHO PUSH"),
        (58, "BACKEND WHO PUSH"), (50, "BACKEND PUSH"), (40, "PUSH"), (34, ""), (24, ""),
    ])
    func `a narrow terminal has fewer columns, and the least needed go first`(
        _ width: Int, _ columns: String
    ) async throws {
        let outcome = try await TableSample.run(
            TableSample.three, on: CommandLineRun.terminal(width))
        let titles = outcome.lines[0].split(separator: " ")
        #expect(
            titles.drop { $0 != "RESULT" }.dropFirst().joined(separator: " ") == columns,
            "\(outcome.out)")
        #expect(titles.contains("REFERENCE") && titles.contains("RESULT"))
    }

    @Test func `digests are shortened before a column is left out`() async throws {
        let outcome = try await TableSample.run(TableSample.three, on: CommandLineRun.terminal(74))
        #expect(
            outcome.lines[1].contains(
                "  \(TableSample.digest(TableSample.three[0], 7))  told     0123456  alice  "))
        #expect(outcome.lines[2].contains("  no local image …  0123456  "))
    }

    @Test func `a very long tag does not narrow other columns, and its end stays`() async throws {
        let tag = String(repeating: "t", count: 120) + "20261123"
        let outcome = try await TableSample.run([Sample.push(2, tag: tag), TableSample.three[2]])
        #expect(outcome.lines[1].contains("20261123  new     "))
        #expect(outcome.lines[1].contains("  told     0123456  alice  "))
        let long = Sample.push(2) { push in
            push.reference = ImageReference(
                registry: "r", owner: "alice", repository: String(repeating: "n", count: 90),
                tag: "v1")
        }
        #expect(try await TableSample.run([long]).lines[1].contains("nnnnn:v1  new  "))
    }

    @Test func `no-trunc shows everything whole, however long the lines get`() async throws {
        let reason = String(repeating: "long words ", count: 60)
        let whole = TableSample.three + [Sample.push(0, tag: "v9") { $0.message = reason }]
        for out in [TableSample.piped(40), CommandLineRun.terminal(40)] {
            let outcome = try await TableSample.run(whole, on: out, "--no-trunc")
            #expect(outcome.lines.count == 5)
            #expect(outcome.lines[0].hasSuffix("  PUSH\(String(repeating: " ", count: 34))REASON"))
            let manifest = try #require(whole[0].state.manifest)
            #expect(outcome.lines[1].contains("  moved from \(Sample.digest("before"))  "))
            #expect(outcome.lines[1].contains("  \(manifest.digest)  told "))
            #expect(outcome.lines[1].contains("  registry.example.com/alice/myapp:v1  "))
            #expect(outcome.lines[1].contains("  0123456789abcdef  alice  \(whole[0].id)  -"))
            #expect(
                outcome.lines[2].contains(
                    "there is no local image \"mapp\": build or pull it first  "))
            #expect(outcome.lines[4].hasSuffix("  \(reason)"))
        }
    }

    @Test func `pushes that come while a table is measured are cut to its columns`() async throws {
        let long = Sample.push(9) { $0.context.user = "somebody-with-a-long-name" }
        let outcome = await CommandLineRun(
            adapters: TestAdapters(
                givenHistory: try ListedHistory(
                    [Sample.push(1)], later: [long, Sample.push(1)])))("history")
        #expect(outcome.status == .done)
        #expect(outcome.lines.count == 3)
        #expect(outcome.lines[1].contains("  some…  "))
        #expect(outcome.lines[2].contains("  alice  "))
    }
}
