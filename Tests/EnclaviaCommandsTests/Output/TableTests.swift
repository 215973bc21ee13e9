import EnclaviaCommands
import EnclaviaCore
import EnclaviaSystem
import Testing

struct TableTests {
    private func run(_ pushes: [PushRecord], on out: StreamTraits) async throws
        -> CommandLineRun.Outcome
    {
        await CommandLineRun(
            adapters: TestAdapters(givenHistory: try ListedHistory(pushes)), out: out)("history")
    }

    private let pushes = [
        Sample.push(3) { push in
            push.reference = ImageReference(
                registry: "r", owner: "alice", repository: "日本語-not-but-long-enough-to-cut",
                tag: "v1")
        },
        Sample.push(2, tag: "v2"),
        Sample.push(1) { $0.state = .interrupted },
    ]

    @Test(arguments: [20, 24, 40, 60, 80, 100, 120, 200])
    func `no line is wider than the terminal`(_ width: Int) async throws {
        let outcome = try await run(pushes, on: CommandLineRun.terminal(width))
        #expect(outcome.lines.count == 4)
        #expect(outcome.lines.allSatisfy { TerminalText.width($0) <= width }, "\(outcome.out)")
    }

    @Test func `off a terminal nothing is cut and nothing coloured`() async throws {
        let outcome = try await run(
            pushes, on: StreamTraits(isTerminal: false, hasColor: false, width: nil))
        #expect(!outcome.out.contains("\u{1B}"))
        #expect(outcome.out.contains(pushes[0].id.text))
        #expect(outcome.out.contains(Sample.digest("manifest 3").hex))
        #expect(outcome.out.contains("日本語-not-but-long-enough-to-cut:v1"))
    }

    @Test func `pushes that come while a table is measured are shown whole`() async throws {
        let long = Sample.push(9) { $0.context.user = "somebody-with-a-long-name" }
        let outcome = await CommandLineRun(
            adapters: TestAdapters(
                givenHistory: try ListedHistory(
                    [Sample.push(1)], later: [long, Sample.push(1)])))("history")
        #expect(outcome.status == .done)
        #expect(outcome.lines.count == 3)
        #expect(outcome.lines[1].hasSuffix("somebody-with-a-long-name"))
        #expect(outcome.lines[2].hasSuffix("  alice"))
    }

    @Test func `reasons have a column off a terminal where one push has a reason`() async throws {
        let file = StreamTraits(isTerminal: false, hasColor: false, width: nil)
        let some = [Sample.push(2), Sample.push(1) { $0.message = "hotfix" }]
        let outcome = try await run(some, on: file)
        #expect(outcome.lines[0].hasSuffix("  REASON"))
        #expect(outcome.lines[1].hasSuffix("  -") && outcome.lines[2].hasSuffix("  hotfix"))
        let none = try await run([Sample.push(2)], on: file)
        #expect(none.lines[0].hasSuffix("  WHO"))
        #expect(try await run([], on: file).lines.count == 1)
    }

    @Test func `a wide terminal shows time, age, short ids and digests`() async throws {
        let outcome = try await run([Sample.push(2)], on: CommandLineRun.terminal(200))
        let digest = Sample.digest("manifest 2").hex.prefix(12)
        #expect(outcome.lines[1].contains("2026-11-23 11:00  59 min ago"))
        #expect(outcome.lines[1].contains("  \(digest)  succeeded  created  delivered  0123456  "))
        #expect(outcome.lines[1].hasPrefix(String(Sample.push(2).id.text.suffix(8)) + "  "))
    }

    @Test(arguments: [false, true])
    func `a table that leaves pushes out says so, and leaves the oldest out`(
        _ isReversed: Bool
    ) async throws {
        let many = (1...60).reversed().map { Sample.push($0) }
        let line = CommandLineRun(
            adapters: TestAdapters(givenHistory: try ListedHistory(many)),
            out: CommandLineRun.terminal(200))
        let outcome = await line.run(["history"] + (isReversed ? ["--reverse"] : []))
        #expect(outcome.lines.count == 51)
        let ids = many.prefix(50).map { String($0.id.text.suffix(8)) }
        let shown = outcome.lines.dropFirst().map { String($0.prefix(8)) }
        #expect(shown == (isReversed ? ids.reversed() : ids))
        #expect(outcome.err.contains("these are the newest 50 pushes: --limit"))
        let all = await line.run(["history", "--limit", "60"])
        #expect(all.err.isEmpty && all.lines.count == 61)
    }

    @Test func `a long reason is cut on a terminal, and does not cost the others their column`()
        async throws
    {
        let reasons = [
            Sample.push(2) { $0.message = "hotfix" },
            Sample.push(1) { $0.message = String(repeating: "long words ", count: 60) },
        ]
        let terminal = try await run(reasons, on: CommandLineRun.terminal(200))
        #expect(terminal.lines[1].hasSuffix("  hotfix"))
        #expect(terminal.lines[2].hasSuffix("…"))
        let piped = try await run(
            reasons, on: StreamTraits(isTerminal: false, hasColor: false, width: nil))
        #expect(piped.out.contains(String(repeating: "long words ", count: 60)))
        #expect(!(try await run(pushes, on: CommandLineRun.terminal(200))).out.contains("REASON"))
    }

    @Test func `outcomes and moved tags have colours where there are colours`() async throws {
        let moved = Sample.push(1) { push in
            if case .succeeded(var manifest) = push.state {
                manifest.tagChange = .moved
                push.state = .succeeded(manifest)
            }
        }
        let outcome = try await run([moved], on: CommandLineRun.terminal(200, color: true))
        #expect(outcome.out.contains("\u{1B}[32msucceeded\u{1B}[0m"))
        #expect(outcome.out.contains("\u{1B}[33mmoved\u{1B}[0m"))
    }

    @Test func `short texts are as long as tells them apart`() {
        #expect(Distinct.length([], least: 3) == 3)
        #expect(Distinct.length(["abcdef", "abcdxx", "zzz"], least: 3) == 5)
        #expect(Distinct.length(["same", "same"], least: 2) == 2)
        #expect(Distinct.length(["ab", "abc"], least: 1) == 3)
    }

    @Test func `a terminal shows fifty, anything else all`() async throws {
        let many = (0..<60).map { Sample.push($0) }
        #expect(try await run(many, on: CommandLineRun.terminal(80)).lines.count == 51)
        let file = StreamTraits(isTerminal: false, hasColor: false, width: nil)
        #expect(try await run(many, on: file).lines.count == 61)
    }
}
