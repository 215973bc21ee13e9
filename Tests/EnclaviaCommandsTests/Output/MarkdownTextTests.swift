import EnclaviaCommands
import EnclaviaCore
import Foundation
import TestSupport
import Testing

/// Hostile texts in Markdown, as GitHub's own parser shows them.
struct MarkdownTextTests {
    static let texts = [
        "plain", "alice/myapp:v1", "a|b", "|", "a\\|b", "\\", "a\\", "`", "``", "a`b``c", " `",
        "` `",
        "*bold* _it_ __x__", "~~gone~~", "<b>x</b>", "<script>alert(1)</script>", "<!-- -->",
        "&amp; &#65;",
        "[a](https://x.example)", "![a](x)", "[a]: /x", "# head", "## ", "- item", "+ item",
        "1. one", "12) two",
        "> quote", "---", "===", "| a | b |", "|---|---|", "https://x.example/a", "www.example.com",
        "ftp://x.y/z",
        "me@x.example", "@everyone", "#12", ":+1:", "a:b:c", "$x$", "  two  ", " ", "    four",
        "\ttab",
        "two\nlines", "two\r\nlines", "\u{1b}[31mred", "\u{202e}txt.exe", "\u{200b}", "e\u{301}<",
        "<\u{301}b>",
        "שלום עולם", "日本語", "@a|b", "`@a`", "a@b.c|`x`", "\u{2028}x", "````", "!", "=1+1", "~",
        "\\u{1b}",
    ]

    /// The text of each cell of a table that `cmark-gfm` reads from Markdown, and the elements other than those of a
    /// table and of code.
    private func cells(_ markdown: String) async throws -> (cells: [[String]], others: String) {
        let folder = try Folder()
        let file = try folder.write(markdown, to: "table.md")
        let run = try await Run.program(
            "/bin/sh",
            [
                "-c",
                """
                cmark-gfm -e table -e autolink -e strikethrough -e tagfilter -t html --unsafe '\(file)' |
                python3 -c '
                import html.parser, json, sys
                class Reader(html.parser.HTMLParser):
                    rows, others, text = [], [], None
                    def handle_starttag(self, tag, attributes):
                        if tag == "tr": self.rows.append([])
                        elif tag in ("td", "th"): self.text = ""
                        elif tag not in ("table", "thead", "tbody", "code"): self.others.append(tag)
                    def handle_endtag(self, tag):
                        if tag in ("td", "th"): self.rows[-1].append(self.text); self.text = None
                    def handle_data(self, data):
                        if self.text is not None: self.text += data
                reader = Reader()
                reader.feed(sys.stdin.read())
                print(json.dumps([reader.rows, reader.others]))'
                """,
            ])
        try #require(run.status == 0, "\(run.err)")
        let value = try JSONSerialization.jsonObject(with: Data(run.out.utf8)) as? [Any]
        return (
            try #require(value?.first as? [[String]]),
            (value?.last as? [String] ?? []).joined(separator: " ")
        )
    }

    @Test(arguments: [true, false])
    func `each text is one cell that shows it, and nothing else`(_ isCode: Bool) async throws {
        let rows = Self.texts.map {
            MarkdownText.row(["x", isCode ? MarkdownText.code($0) : MarkdownText.escape($0), "y"])
        }
        let table =
            MarkdownText.row(["a", "b", "c"]) + MarkdownText.delimiter([false, true, false])
        let (cells, others) = try await cells(table + rows.joined())
        // Only an address or a mention beside a "|", which code cannot show, may still be found.
        #expect(others == "a", "\(others)")
        try #require(cells.count == Self.texts.count + 1)
        for (cell, text) in zip(cells.dropFirst(), Self.texts) {
            #expect(cell == ["x", TerminalText.escape(text), "y"], "\(text)")
        }
    }

    @Test func `a text alone in a paragraph is a paragraph`() async throws {
        for text in Self.texts {
            let folder = try Folder()
            let file = try folder.write(MarkdownText.escape(text) + "\n", to: "text.md")
            let run = try await Run.program(
                "/usr/bin/cmark-gfm", ["-e", "table", "-e", "autolink", "-t", "xml", file])
            let kinds = run.out.split(separator: "\n").compactMap {
                $0.split(separator: "<").last?.prefix { $0.isLetter || $0 == "_" }
            }
            let allowed = ["document", "paragraph", "text", "code", "link"]
            let others = kinds.filter {
                !$0.isEmpty && !allowed.contains(String($0)) && $0 != "DOCTYPE"
            }
            #expect(others.isEmpty || others == ["xml"], "\(text): \(others)")
            #expect(run.out.contains("<paragraph"), "\(text)")
            #expect(text.contains("|") || !run.out.contains("<link"), "\(text)")
        }
    }

    @Test func `a link leads to a page, or is text`() async throws {
        #expect(
            MarkdownText.link("run 12", "https://ci.example/a?b=1&c=(2)#d")
                == "[run 12](<https://ci.example/a?b=1&c=(2)#d>)")
        let refused = [
            "javascript:alert(1)", "http://ci.example", "https://", "https:///x",
            "https://me@x.example/",
            "https://x.example/ y", "https://x.example/\"", "https://x.example/>",
            "https://x.example/é", "data:text/html,x",
            "https://:80/", "https://x.example/\n", "", "//x.example",
            "https://x.example\\@y.example",
        ]
        for address in refused {
            #expect(MarkdownText.link("run", address) == "run", "\(address)")
        }
        let table = MarkdownText.row(["a"]) + MarkdownText.delimiter([false])
        let link = MarkdownText.link("a](<x>)|@b", "https://x.example/")
        let (cells, others) = try await cells(table + MarkdownText.row([link]))
        #expect(cells.last == ["a](<x>)|@b"] && others == "a", "\(cells) \(others)")
    }
}
