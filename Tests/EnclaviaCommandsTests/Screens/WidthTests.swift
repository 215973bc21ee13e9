import EnclaviaCommands
import EnclaviaCore
import EnclaviaSystem
import Testing

/// Tables fit: no line is wider than the terminal, or than `COLUMNS` without a terminal.
struct WidthTests {
    private static let tables = [
        ["history"], ["history", "--moves"], ["history", "--reverse", "--limit", "9"],
        ["history", "stats"],
    ]

    private func widest(_ text: String) -> Int {
        text.split(separator: "\n").map { TerminalText.width(String($0)) }.max() ?? 0
    }

    @Test func `no table is wider than the terminal or COLUMNS`() async throws {
        let history = try await ScreenHistory()
        for words in Self.tables {
            for columns in [20, 31, 40, 53, 60, 79, 80, 81, 100, 120, 133, 200] {
                var line = history.stage().line
                line.out = CommandLineRun.terminal(columns)
                let terminal = await line.run(words)
                #expect(widest(terminal.out) <= columns, "\(words) at \(columns): \(terminal.out)")
                line.out = TerminalCapabilities(
                    isTerminal: false, hasColor: false, width: nil, columns: columns)
                let pipe = await line.run(words)
                #expect(widest(pipe.out) <= columns, "\(words) at \(columns): \(pipe.out)")
            }
        }
    }

    @Test func `each of three hundred pushes has its line and an unambiguous id`()
        async throws
    {
        let store = try RealStore()
        let tags = ["v1", ScreenHistory.longTag, "プロダクション", "ראשון"]
        try await store.take(
            (0..<300).map { number in
                Sample.push(number * 977, tag: tags[number % 2]) {
                    $0.context.user = tags[number % tags.count]
                }
            })
        for columns in [80, 120] {
            var line = store.commandLine
            line.out = CommandLineRun.terminal(columns)
            let table = await line("history", "--limit", "300")
            #expect(table.lines.count == 301)
            #expect(widest(table.out) <= columns)
            let header = try #require(table.lines.first)
            for title in [
                "WHEN", "REFERENCE", "RESULT", "DIGEST", "BACKEND", "COMMIT", "WHO", "PUSH",
            ] {
                #expect(header.contains(title), "\(columns): \(header)")
            }
            let ids = table.lines.dropFirst().compactMap { $0.split(separator: " ").last }
            #expect(Set(ids).count == 300)
            let push = await line("history", "show", String(try #require(ids.first)))
            #expect(push.status == .done, "\(push.err)")
        }
    }
}
