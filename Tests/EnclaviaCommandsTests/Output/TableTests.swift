import EnclaviaCommands
import EnclaviaCore
import EnclaviaSystem
import Testing

/// What the history's table shows.
struct TableTests {
    @Test func `eighty columns have room for who, what, the result, the backend and the commit`()
        async throws
    {
        let outcome = try await TableSample.run(TableSample.three)
        #expect(
            outcome.lines == [
                "WHEN    REFERENCE       RESULT  DIGEST        BACKEND  COMMIT   WHO    PUSH",
                "4 min   alice/myapp:v1  moved   \(TableSample.digest(TableSample.three[0]))  told     0123456  alice  \(TableSample.id(TableSample.three[0]))",
                "5 min   alice/myapp:v1  failed  no local image \"mapp\"  0123456  alice  \(TableSample.id(TableSample.three[1]))",
                "Nov 17  alice/myapp:v1  new     \(TableSample.digest(TableSample.three[2]))  told     0123456  alice  \(TableSample.id(TableSample.three[2]))",
            ])
    }

    @Test func `a wide terminal shows what a tag moved from`() async throws {
        let outcome = try await TableSample.run(TableSample.three, on: CommandLineRun.terminal(120))
        let before = Sample.digest("before").hex.prefix(12)
        #expect(
            outcome.lines[1].contains(
                "  moved from \(before)  \(TableSample.digest(TableSample.three[0]))  told "))
        #expect(
            outcome.lines[3].contains(
                "  new\(String(repeating: " ", count: 22))\(TableSample.digest(TableSample.three[2]))  "
            ))
    }

    @Test func `with --moves the table shows the old and the new digest`() async throws {
        let moves = [TableSample.three[0], TableSample.three[2]]
        let outcome = try await TableSample.run(moves, on: TableSample.piped(100), "--moves")
        let before = Sample.digest("before").hex.prefix(12)
        #expect(
            outcome.lines[0]
                == "WHEN    REFERENCE       RESULT  FROM          TO            BACKEND  COMMIT   WHO    PUSH"
        )
        #expect(
            outcome.lines[1].contains(
                "  moved   \(before)  \(TableSample.digest(moves[0]))  told  "))
        #expect(
            outcome.lines[2].contains(
                "  new     -\(String(repeating: " ", count: 13))\(TableSample.digest(moves[1]))  told  "
            ))
        let narrow = try await TableSample.run(moves, on: TableSample.piped(80), "--moves")
        let titles = narrow.lines[0].split(separator: " ")
        #expect(titles == "WHEN REFERENCE FROM TO BACKEND COMMIT WHO PUSH".split(separator: " "))
        // FROM does not show that this push moved the tag.
        let unknown = Sample.push(1) { push in
            TableSample.moved(&push)
            guard case .succeeded(var manifest) = push.state else { return }
            manifest.previousDigest = nil
            push.state = .succeeded(manifest)
        }
        let moved = try await TableSample.run(moves + [unknown], "--moves")
        #expect(moved.lines[0].contains("  RESULT  FROM "))
        #expect(moved.lines[3].contains("  moved   -  "))
    }

    @Test func `the result of a push without a digest extends into the DIGEST column`()
        async throws
    {
        let cut = Sample.push(4, at: "2026-11-23T11:56:30Z") {
            $0.state = .interrupted
            $0.finishedAt = nil
            $0.notify = .none
        }
        let old = Sample.push(1, at: "2025-10-01T10:00:00Z")
        let outcome = try await TableSample.run([cut, TableSample.three[0], old])
        let titles = outcome.lines[0].split(separator: " ")
        #expect(
            titles == "WHEN REFERENCE RESULT DIGEST BACKEND COMMIT WHO PUSH".split(separator: " "))
        #expect(outcome.lines[1].contains("  alice/myapp:v1  interrupted    "))
        let digest = try #require(outcome.lines[0].range(of: "BACKEND")).lowerBound
        let told = try #require(outcome.lines[2].range(of: "told")).lowerBound
        #expect(
            outcome.lines[0].distance(from: outcome.lines[0].startIndex, to: digest)
                == outcome.lines[2].distance(from: outcome.lines[2].startIndex, to: told))
        #expect(
            outcome.lines[2].contains("  moved   \(TableSample.digest(TableSample.three[0], 7))"))
    }

    @Test func `references of several registries show the registry and keep their tags`()
        async throws
    {
        let here = Sample.push(2)
        let other = Sample.push(1) {
            $0.reference = ImageReference(
                registry: "other.example.com", owner: "alice", repository: "myapp", tag: "v1")
        }
        let one = try await TableSample.run([here, here])
        #expect(one.lines[1].contains("  alice/myapp:v1  "))
        let both = try await TableSample.run([here, other], on: TableSample.piped(120))
        #expect(both.lines[1].contains("  registry.example.com/alice/myapp:v1  "))
        #expect(both.lines[2].contains("  other.example.com/alice/myapp:v1     "))
        let narrow = try await TableSample.run([here, other])
        for line in narrow.lines.dropFirst() {
            #expect(line.contains("/myapp:v1  ") && TerminalText.width(line) <= 80, "\(line)")
        }
    }

    @Test func `pushes of several machines, and imported ones, show the host`() async throws {
        let here = Sample.push(2)
        let other = Sample.push(1) { $0.context.host = "ci-7" }
        #expect(try await TableSample.run([here, here]).lines[0].contains("HOST") == false)
        let both = try await TableSample.run([here, other])
        #expect(both.lines[0].hasSuffix("  WHO    HOST    PUSH"))
        #expect(both.lines[2].hasSuffix("  alice  ci-7    \(TableSample.id(other))"))
        let imported = Sample.push(1) {
            $0.origin = Origin(importedAt: $0.startedAt, host: "laptop")
        }
        #expect(try await TableSample.run([imported]).lines[0].contains("  HOST    PUSH"))
        let hostless = Sample.push(1) { $0.context.host = nil }
        #expect(try await TableSample.run([here, hostless]).lines[0].contains("HOST") == false)
    }

    @Test
    func `the reason of a failure uses the width of the digest and backend columns`()
        async throws
    {
        let message = "the context \"over-there\" is missing from the configuration: create it"
        let pushes = [
            Sample.push(2) { TableSample.failed(&$0, kind: "config", message: message) },
            Sample.push(1),
        ]
        let narrow = try await TableSample.run(pushes)
        #expect(narrow.lines[1].contains("  failed  the context \"over-the…  0123456  "))
        let wide = try await TableSample.run(pushes, on: TableSample.piped(160))
        #expect(
            wide.lines[1].contains(
                "  failed  the context \"over-there\" is missing from the configuration  0123456"))
        let told = Sample.push(2) {
            let notify = $0.notify
            TableSample.failed(&$0)
            $0.notify = notify
        }
        let both = try await TableSample.run([told, Sample.push(1)])
        #expect(both.lines[1].contains("  failed  no local ima…  told     0123456"))
    }

    @Test func `the REASON column is shown if there is room and a push has a reason`()
        async throws
    {
        let some = [Sample.push(2), Sample.push(1) { $0.message = "hotfix" }]
        #expect(try await TableSample.run(some).lines[0].hasSuffix("  PUSH"))
        let wide = try await TableSample.run(some, on: TableSample.piped(100))
        #expect(wide.lines[0].hasSuffix("  PUSH      REASON"))
        #expect(wide.lines[1].hasSuffix("  -") && wide.lines[2].hasSuffix("  hotfix"))
        #expect(
            try await TableSample.run(TableSample.three, on: TableSample.piped(200)).out.contains(
                "REASON") == false)
        let long = Sample.push(1) { $0.message = String(repeating: "long words ", count: 60) }
        let cut = try await TableSample.run([long], on: TableSample.piped(120))
        #expect(TerminalText.width(cut.lines[1]) == 120 && cut.lines[1].hasSuffix("…"))
    }

    @Test(arguments: [false, true])
    func `a table that leaves out pushes says so, and leaves out the oldest`(
        _ isReversed: Bool
    ) async throws {
        let many = (1...60).reversed().map { Sample.push($0) }
        let line = CommandLineRun(
            adapters: TestAdapters(givenHistory: try ListedHistory(many)),
            out: CommandLineRun.terminal(200))
        let outcome = await line.run(["history"] + (isReversed ? ["--reverse"] : []))
        #expect(outcome.lines.count == 51)
        let ids = many.prefix(50).map { String($0.id.text.suffix(8)) }
        let shown = outcome.lines.dropFirst().map { String($0.suffix(8)) }
        #expect(shown == (isReversed ? ids.reversed() : ids))
        #expect(outcome.err.contains("showing the newest 50 pushes: use --limit"))
        let all = await line.run(["history", "--limit", "60"])
        #expect(all.err.isEmpty && all.lines.count == 61)
    }

    @Test func `results are coloured on a terminal with colours`() async throws {
        let outcome = try await TableSample.run(
            TableSample.three, on: CommandLineRun.terminal(80, color: true))
        #expect(outcome.out.contains("\u{1B}[33mmoved\u{1B}[0m  "))
        #expect(outcome.out.contains("\u{1B}[31mfailed\u{1B}[0m  no local image"))
        #expect(outcome.out.contains("\u{1B}[32mnew\u{1B}[0m "))
        let plain = try await TableSample.run(TableSample.three)
        #expect(!plain.out.contains("\u{1B}"))
        var shown = outcome.out
        for code in ["0", "2", "31", "32", "33"] { shown.replace("\u{1B}[\(code)m", with: "") }
        #expect(shown == plain.out)
    }

    @Test func `an empty table prints only a message on standard error`() async throws {
        let empty = try await TableSample.run([])
        #expect(empty.status == .done && empty.out.isEmpty)
        #expect(empty.err == "no pushes are recorded yet\n")
        let store = try RealStore()
        try await store.take([Sample.push(1)])
        let none = await store("history", "--user", "nobody")
        #expect(none.status == .done && none.out.isEmpty)
        #expect(none.err == "no push matches\n")
        #expect(await store("history", "other*").err == "no push matches \"other*\"\n")
        #expect(await store("history", "other*", "--format", "csv").err.isEmpty)
    }

    @Test func `a terminal shows fifty pushes, and a pipe shows all`() async throws {
        let many = (0..<60).map { Sample.push($0) }
        #expect(try await TableSample.run(many, on: CommandLineRun.terminal(80)).lines.count == 51)
        #expect(try await TableSample.run(many).lines.count == 61)
    }
}
