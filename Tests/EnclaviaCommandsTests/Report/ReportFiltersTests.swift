import EnclaviaCommands
import EnclaviaCore
import EnclaviaSystem
import Foundation
import TestSupport
import Testing

/// The filters of a report as a question, as words and as a command.
struct ReportFiltersTests {
    typealias Option = ReportFilters.Option

    private static let since = Option("--since", "30d")
    private static let until = Option("--until", "today")

    private func filters(_ glob: String? = nil, _ options: [Option] = []) -> ReportFilters {
        var query = HistoryQuery()
        let names = Set(options.map { Mirror(reflecting: $0).descendant("name") as? String })
        if names.contains("--since") { query.since = Sample.moment("2026-08-01T10:00:00Z") }
        if names.contains("--until") { query.until = Sample.moment("2026-08-03T00:00:00Z") }
        return ReportFilters(glob, options, query, in: .utc)
    }

    private func text(_ text: ReportText) -> String {
        text.parts.map { part in
            switch part {
            case .own(let text), .outside(let text), .code(let text), .link(let text, _),
                .mark(let text, _):
                text
            }
        }.joined()
    }

    @Test(
        arguments: [
            (nil, [], "What was pushed, when, and by whom?"),
            ("app:prod", [], "What was pushed to app:prod, and by whom?"),
            (nil, [Option("--user", "alice")], "What did alice push?"),
            (
                nil, [Option("--user", "alice"), Option("--user", "bob")],
                "What did alice or bob push?"
            ),
            (
                nil, [since, until],
                "What was pushed between 2026-08-01 10:00:00 +00:00 and 2026-08-03 00:00:00 +00:00,"
                    + " and by whom?"
            ),
            (nil, [since], "What was pushed since 2026-08-01 10:00:00 +00:00, and by whom?"),
            (nil, [until], "What was pushed before 2026-08-03 00:00:00 +00:00, and by whom?"),
            (
                "app", [Option("--repository", "bob/x"), Option("--user", "al"), since],
                "What did al push to app or bob/x since 2026-08-01 10:00:00 +00:00?"
            ),
            (
                nil, [Option("--tag", "v1")],
                "What was pushed, and by whom, within 1 other filter?"
            ),
            (
                nil, [Option("--user", "al"), Option("--tag", "v1"), Option("--moves")],
                "What did al push, within 2 other filters?"
            ),
        ] as [(String?, [Option], String)])
    func `the question names the reference, the user and the dates, and counts the rest`(
        _ glob: String?, _ options: [Option], _ question: String
    ) {
        #expect(text(filters(glob, options).question) == question)
    }

    @Test func `what was typed is never this program's own words`() {
        let filters = filters("<b>", [Option("--user", "<i>"), Option("--repository", "<u>")])
        for text in [filters.question, filters.words] {
            for case .own(let own) in text.parts { #expect(!own.contains("<"), "\(text)") }
        }
    }

    @Test func `the words are the filters as typed, and the moments of the times`() {
        #expect(text(filters().words) == "none")
        let options = [Self.since, Option("--label", "a=b"), Option("--moves"), Self.until]
        #expect(
            text(filters("app*", options).words)
                == "app*, --since 30d (2026-08-01 10:00:00 +00:00), --label a=b, --moves,"
                + " --until today (2026-08-03 00:00:00 +00:00)")
    }

    @Test func `a command has the moments of the times`() {
        #expect(
            filters(nil, [Self.since, Option("--moves"), Self.until]).command("list")
                == "enclavia history list --since='2026-08-01T10:00:00.000Z' --moves"
                + " --until='2026-08-03T00:00:00.000Z'")
        #expect(filters().command("export") == "enclavia history export")
        let outcomes = [Option("--outcome", "failed"), Option("--outcome", "running")]
        #expect(
            filters("app", outcomes + [Option("--moves")])
                .command("list --outcome=failed", replacing: ["--outcome"])
                == "enclavia history list --outcome=failed --moves 'app'")
    }

    @Test(arguments: [
        "alice", "al'ice", "a b", "$(touch pwned)", "`touch pwned`", "a\\", "\"", "~", "*", "!x",
        "-x", "--user", "#a", "a;touch pwned", "jürgen", "''", "a=b", "{a,b}",
    ])
    func `a shell reads of a command the words that were typed`(_ word: String) async throws {
        let folder = try Folder()
        let command = try #require(
            filters(word, [Option("--user", word), Option("--label", "k=\(word)")])
                .command("list"))
        // Words that begin with a dash are the ones that an option's end has to stand before.
        let end = word.hasPrefix("-") ? ["--"] : []
        for shell in ["bash", "sh", "zsh"] {
            let run = try await Run.program(
                shell,
                [
                    "-c",
                    "enclavia() { for word in \"$@\"; do printf '%s\\n' \"$word\"; done; }\n"
                        + command,
                ], directory: folder.path)
            #expect(
                run.out.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
                    .map(String.init) == ["history", "list", "--user=\(word)", "--label=k=\(word)"]
                    + end + [word], "\(shell): \(command) \(run.err)")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test(arguments: ["a\nb", "\u{1B}[1m", "\u{202E}x", "\u{FFFD}"])
    func `what cannot be typed has no command`(_ word: String) {
        #expect(filters(nil, [Option("--user", word)]).command("list") == nil)
        #expect(filters(word).command("list") == nil)
    }
}
