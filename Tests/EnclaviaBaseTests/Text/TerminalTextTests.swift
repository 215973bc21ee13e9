import EnclaviaBase
import Testing

struct TerminalTextTests {
    @Test(arguments: [
        ("plain", "plain"),
        ("\u{1B}[31mred", "\\u{1b}[31mred"),
        ("a\nb\tc", "a\\u{a}b\\u{9}c"),
        ("\u{202E}gnp.exe", "\\u{202e}gnp.exe"),
        ("\u{9B}1m", "\\u{9b}1m"), ("del\u{7F}", "del\\u{7f}"), (" ~", " ~"),
        ("zero\u{200B}width", "zero\\u{200b}width"),
        ("tag\u{E0041}", "tag\\u{e0041}"),
        ("grün 日本 🚀", "grün 日本 🚀"),
    ])
    func `only characters that control a terminal are escaped`(_ text: String, _ shown: String) {
        #expect(TerminalText.escape(text) == shown)
        #expect(TerminalText.escape(Substring(text)) == shown)
    }

    @Test(arguments: [("abc", 3), ("日本", 4), ("🚀", 2), ("e\u{301}", 1), ("", 0)])
    func `width counts terminal cells`(_ text: String, _ cells: Int) {
        #expect(TerminalText.width(text) == cells)
    }

    @Test(arguments: [
        ("{\"a\":\"grün\"}", "{\"a\":\"grün\"}"),
        ("[\"\u{202E}x\u{7F}\"]\n", "[\"\\u202ex\\u007f\"]\n"),
        ("\"\u{E0041}\"", "\"\\udb40\\udc41\""),
    ])
    func `JSON is escaped with JSON's escape sequences`(_ json: String, _ shown: String) {
        #expect(TerminalText.escape(json: json) == shown)
    }
}
