import EnclaviaCommands
import EnclaviaCompletion
import EnclaviaCore
import Foundation
import Testing

/// Each of the formats in which `history list` prints.
struct FormatTests {
    private func run(_ pushes: [PushRecord]) throws -> CommandLineRun {
        CommandLineRun(adapters: TestAdapters(givenHistory: try ListedHistory(pushes)))
    }

    private let two = [Sample.push(2), Sample.push(1, tag: "v2")]

    @Test(arguments: [["--json"], ["--format", "json"], ["--format=json"]])
    func `json is one array of records`(_ words: [String]) async throws {
        let outcome = try await run(two).run(["history"] + words)
        #expect(outcome.status == .done)
        #expect(try outcome.array().map { $0["tag"] as? String } == ["v1", "v2"])
        #expect(outcome.err.isEmpty)
        #expect(try await run([]).run(["history"] + words).out == "[]\n")
    }

    @Test func `jsonl prints the stored records unchanged`() async throws {
        let outcome = try await run(two)("history", "--format", "jsonl")
        #expect(try outcome.lines == two.map { try Sample.stored($0).json })
        #expect(try await run([])("history", "--format", "jsonl").out == "")
    }

    @Test func `csv has a header, CRLF and every field`() async throws {
        let outcome = try await run(two)("history", "--format", "csv")
        let rows = outcome.out.components(separatedBy: "\r\n")
        #expect(rows.count == 4)
        #expect(rows[0] == RecordField.all.map(\.name).joined(separator: ","))
        #expect(rows[1].hasPrefix("1,\(two[0].id),6,,,myapp:v1,"))
        #expect(rows[1].contains(#","[""e1""]","#))
        #expect(try await run([])("history", "--format", "csv").out == rows[0] + "\r\n")
    }

    @Test func `markdown is a table with local times and their offset`() async throws {
        let run = try run([
            Sample.push(2) { $0.message = "why | @all" },
            Sample.push(1, tag: "v2") { $0.context.host = "other" },
        ])
        let outcome = await run("history", "--format", "markdown")
        let rows = outcome.lines
        #expect(rows.count == 4 && outcome.err.isEmpty)
        #expect(
            rows[0]
                == "| Time | Reference | Result | Digest | Backend | Commit | Who | Host | Push | Reason |"
        )
        #expect(rows[1] == "|" + String(repeating: " --- |", count: 10))
        #expect(rows[2].contains(" +00:00 | `alice/myapp:v1` | "), "\(rows[2])")
        #expect(rows[2].hasSuffix(#"| why \| @all |"#), "\(rows[2])")
        #expect(rows[3].hasSuffix("| - |"), "\(rows[3])")
        let whole = await run("history", "--format", "markdown", "--no-trunc")
        #expect(whole.lines.last?.contains("`\(Sample.push(1).id)`") == true)
        let empty = try await self.run([])("history", "--format", "markdown")
        #expect(
            empty.out.hasPrefix(
                "| Time | Reference | Result | Digest | Backend | Commit | Who | Push |\n| ---"))
        #expect(empty.err.contains("no push"))
    }

    @Test(
        arguments: [
            ("plain", "plain"), ("", ""), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""),
            ("two\nlines", "\"two\nlines\""), ("two\r\nlines", "\"two\r\nlines\""),
            ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\tx", "'\tx"),
            ("\rx", "\"'\rx\""), ("=\"x\",", "\"'=\"\"x\"\",\""), ("a=1", "a=1"), ("'x", "'x"),
        ])
    func `a cell is quoted, and is never a formula`(_ value: String, _ cell: String) {
        #expect(CSVCell.text(value) == cell)
    }

    @Test(
        arguments: [
            ("{reference}", "registry.example.com/alice/myapp:v1"),
            (#"{tag}\t{notify_outcome}"#, "v1\tdelivered"),
            (#"a\\{tag}\nb"#, "a\\v1\nb"),
            ("{{{tag}}}", "{v1}"),
            ("{digest_verified} {size_bytes} {failure_stage}|", "true 1234 |"),
            ("{labels}{notify_triggered}{context_host}", #"{}["e1"]laptop"#),
        ])
    func `a template names fields`(_ template: String, _ line: String) async throws {
        let outcome = try await run([Sample.push(1)])("history", "--format", "template:\(template)")
        #expect(outcome.out == line + "\n")
    }

    @Test(arguments: ["\u{301}", "\u{FE0F}", "\u{20E3}", "\u{1F3FD}", "\u{200D}", "\u{5B0}"])
    func `a combining mark after a brace, an escape or the colon is printed`(_ mark: String)
        async throws
    {
        let run = try run([Sample.push(1)])
        for (template, line) in [
            ("{tag}\(mark)", "v1\(mark)"), ("\(mark){tag}", "\(mark)v1"),
            (#"\t\#(mark){{\#(mark)}}\#(mark)"#, "\t\(mark){\(mark)}\(mark)"),
            (#"\\\#(mark)"#, "\\\(mark)"),
        ] {
            let outcome = await run("history", "--format", "template:\(template)")
            #expect(outcome.status == .done, "\(outcome.err)")
            #expect(Array(outcome.out.utf8) == Array((line + "\n").utf8))
        }
        let unknown = await run("history", "--format", "template:{tag\(mark)}")
        #expect(unknown.status == .usage)
    }

    @Test(arguments: ["\u{301}x", "\u{20E3}", "=\u{301}"])
    func `the value of a label may begin with a combining mark`(_ value: String) async throws {
        let store = try RealStore()
        let push = await PushFixture().commandLine(store.journal)(
            "push", "app", "myapp", "--label", "key=\(value)")
        #expect(push.status == .done, "\(push.err)")
        let found = await store(
            "history", "--label", "key=\(value)", "--format", "template:{labels}")
        #expect(Array(found.out.utf8) == Array("{\"key\":\"\(value)\"}\n".utf8))
        #expect(await store("history", "--label", "key=x", "--format", "jsonl").out == "")
    }

    @Test(
        arguments: [
            ("template:{nope}", "the template contains the unknown field \"nope\""),
            ("template:{tag", "the template contains the unclosed \"{tag\""),
            (
                #"template:\x"#,
                #"the template contains the unknown escape "\x": only \t, \n, \r and \\ are supported"#
            ),
            (
                #"template:\"#,
                #"the template contains the unknown escape "\": only \t, \n, \r and \\ are supported"#
            ),
            ("template:", "the template is empty"),
            ("yaml", "--format \"yaml\" is not a valid format"),
            ("", "--format \"\" is not a valid format"),
        ])
    func `an invalid format is refused with a message that names it`(
        _ format: String, _ sentence: String
    ) async {
        let outcome = await CommandLineRun()("history", "--format", format)
        #expect(outcome.status == .usage)
        #expect(outcome.out.isEmpty)
        #expect(outcome.err.hasPrefix("error: \(sentence)\nhint: "))
    }

    @Test func `the error for an unknown field lists the fields`() async {
        let outcome = await CommandLineRun()("history", "--format", "template:{nope}")
        #expect(RecordField.all.allSatisfy { outcome.err.contains($0.name) })
    }

    @Test func `json and another format contradict each other`() async throws {
        let outcome = await CommandLineRun()("--json", "history", "--format", "csv")
        #expect(outcome.status == .usage)
        #expect(try outcome.object()["kind"] as? String == "usage")
    }

    private static let option = CommandTree.enclavia.verb("history")?.verb("list")?.options
        .first { $0.names.contains("--format") }

    /// What completion lists.
    private static let words: [String] = {
        guard case .words(let words) = option?.value else { return [] }
        return words
    }()

    @Test func `the help and the error list the formats that completion lists`() async throws {
        let help = try #require(Self.option).summary
        let refusal = await CommandLineRun()("history", "--format", "yaml").err
        let listed = refusal.split(separator: "\n").suffix(1).joined().split(separator: ", ")
        #expect(listed.count == Self.words.count)
        for (word, name) in zip(Self.words, listed) {
            #expect(name.hasPrefix(word) || name.hasSuffix(" \(word)"))
            #expect(help.contains(word))
        }
    }

    @Test(arguments: words.map { $0.hasSuffix(":") ? $0 + "{failure_message}" : $0 })
    func `control characters of recorded text are escaped on a terminal`(_ format: String)
        async throws
    {
        let hostile = Sample.push(1) { push in
            push.state = .failed(
                PushFailure(stage: .push, kind: "refused", message: "a\u{1B}[2Jb\u{202E}c\u{9B}"),
                contradicted: nil)
            push.context.user = "\u{1B}]0;x\u{7}\u{202E}"
        }
        var terminal = try run([hostile])
        terminal.out = CommandLineRun.terminal(200)
        let shown = await terminal("history", "--format", format)
        #expect(
            !shown.out.unicodeScalars.contains {
                $0 != "\n" && $0 != "\r" && TerminalText.isUnsafe($0)
            })
        if format == "json" {
            let failure = try #require(try shown.array()[0]["failure"] as? [String: Any])
            #expect(failure["message"] as? String == "a\u{1B}[2Jb\u{202E}c\u{9B}")
        }
    }

    @Test func `a failure before the first record prints only the JSON error`() async throws {
        let history = try ListedHistory(
            [Sample.push(1)], failure: .corrupt(path: "/h", detail: "torn"))
        let outcome = await CommandLineRun(adapters: TestAdapters(givenHistory: history))(
            "history", "--json")
        #expect(outcome.status == .data)
        #expect(try outcome.object()["kind"] as? String == "data")
    }

    @Test func `a failure in the middle of an array closes the array`() async throws {
        let history = try ListedHistory(
            (0..<200).map { Sample.push($0) }, failure: .corrupt(path: "/h", detail: "torn"))
        let outcome = await CommandLineRun(adapters: TestAdapters(givenHistory: history))(
            "history", "--json")
        #expect(outcome.status == .data)
        #expect(try outcome.array().count == 200)
        #expect(outcome.err.hasPrefix("error: the history at /h is damaged"))
    }
}
