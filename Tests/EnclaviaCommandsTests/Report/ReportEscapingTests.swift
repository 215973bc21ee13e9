import EnclaviaCommands
import TestSupport
import Testing

/// Text from outside in each place of a page, as a parser of others reads it.
struct ReportEscapingTests {
    /// Texts that end elements, attributes, comments or scripts, or that look like what they are not.
    static let hostile = [
        "<script>alert(1)</script>", "</title><img src=http://127.0.0.1:9/ onerror=x>",
        "\" onmouseover=\"alert(1)", "' onmouseover='alert(1)", "\"><svg onload=alert(1)>",
        "<\u{338}script>alert(1)</script\u{338}>", "\"\u{301} onload=\"x", "&\u{338}lt;b&gt;",
        "\u{338}>", "<!--", "]]><b>", "{{title}}", "{{{facts}}}", "{{> page}}", "&#x3C;b&#x3E;",
        "</bdi></td></table><h1>", "</desc></svg><p>", "<style>*{display:none}</style>",
        "<base href=//evil>", "`onclick`", "javascript:alert(1)",
    ]

    @Test func `a hostile text adds no element and no attribute, wherever it stands`() async throws
    {
        let documents = (["benign"] + Self.hostile).map { ReportSample.everywhere($0) }
        let outlines = try await ReportOutline.all(documents)
        let benign = try #require(outlines.first)
        #expect(benign.elements.count > 100)
        #expect(benign.isolated.count > 20)
        for (text, outline) in zip(Self.hostile, outlines.dropFirst()) {
            #expect(outline.elements == benign.elements, "\(text)")
            #expect(outline.isolated == benign.isolated.map { _ in text }, "\(text)")
            #expect(outline.links == benign.links, "\(text)")
            #expect(
                outline.titles.count { $0.contains(text) }
                    == benign.titles.count { $0.contains("benign") }, "\(text)")
        }
    }

    @Test func `every place of a page escapes by scalar, and shows what cannot be seen`() throws {
        let hostile = "<\u{338}b\"\u{301}\u{1B}[2J\u{202E}&"
        func count(_ text: String, as escaped: String) throws -> Int {
            let html = Array(try ReportPage(ReportSample.everywhere(text)).html().utf8)
            let pattern = Array(escaped.utf8)
            return html.indices.count { html[$0...].starts(with: pattern) }
        }
        let places = try count("benign", as: "benign")
        #expect(places > 60)
        #expect(try count(hostile, as: PageText.escape(hostile)) == places)
    }

    @Test func `an attribute's value is escaped in the page itself`() throws {
        let html = try ReportPage(ReportSample.everywhere("x", address: "https://h/?a='b'&c"))
            .html()
        #expect(html.contains(#"<a href="https://h/?a=&#39;b&#39;&amp;c" rel="noreferrer">"#))
    }

    @Test(arguments: [
        ("\u{1B}[31m", #"\u{1b}[31m"#), ("a\nb", #"a\u{a}b"#), ("\u{0}", #"\u{0}"#),
        ("\u{7F}", #"\u{7f}"#), ("\u{85}", #"\u{85}"#), ("\u{202E}x", #"\u{202e}x"#),
        ("\u{2066}", #"\u{2066}"#), ("\u{2028}", #"\u{2028}"#), ("\u{200B}", #"\u{200b}"#),
        ("\u{FEFF}", #"\u{feff}"#), ("\u{AD}", #"\u{ad}"#), ("\u{E000}", #"\u{e000}"#),
        ("\u{3164}", #"\u{3164}"#), ("\u{FFFE}", #"\u{fffe}"#), ("\u{378}", #"\u{378}"#),
        ("\u{E0041}", #"\u{e0041}"#), ("\u{10FFFF}", #"\xff"#), ("\u{338}x", "&#x338;x"),
        ("e\u{301}", "e\u{301}"), ("<\u{338}", "&lt;\u{338}"), ("❤️ שלום", "❤️ שלום"),
        ("plain", "plain"), ("a & b", "a &amp; b"),
    ])
    func `a character that cannot be seen is shown, and a visible one stays`(
        text: String, escaped: String
    ) {
        let scalars = Array(PageText.escape(text).unicodeScalars)
        #expect(scalars == Array(escaped.unicodeScalars), "\(text)")
    }

    @Test func `no text escapes into markup, whatever it is made of`() {
        var random = SeededRandom(seed: 25)
        let pieces = [
            "<", ">", "\"", "'", "&", "\u{338}", "\u{200D}", "\r\n", "é", "{{", "\u{0}", "x",
            "\u{E0001}",
        ]
        for _ in 0..<Fuzz.rounds {
            let escaped = PageText.escape(random.text(of: pieces))
            #expect(!escaped.utf8.contains { "<>\"'".utf8.contains($0) || $0 < 0x20 })
        }
    }

    @Test func `no template writes a value without escaping it`() {
        for (name, text) in PageTemplates.texts {
            #expect(!text.contains("{{{") && !text.contains("{{&"), "\(name)")
            #expect(!text.contains("={{"), "\(name): an attribute without quotation marks")
        }
    }
}
