import EnclaviaSystem
import Testing

/// Removing escape sequences from text.
struct EscapeSequencesTests {
    static let samples: [(String, String)] = [
        ("plain text, with \u{E9} and \u{1F4E6}", "plain text, with \u{E9} and \u{1F4E6}"),
        // CSI.
        ("\u{1B}[1mbold\u{1B}[0m", "bold"), ("a\u{1B}[1A\u{1B}[2Kb", "ab"),
        ("a\u{1B}[?25lb", "ab"), ("a\u{1B}[1 qb", "ab"), ("a\u{1B}[1;31", "a"),
        ("a\u{1B}[1\u{E9}b", "a\u{E9}b"), ("a\u{1B}[1\u{18}b", "ab"),
        ("a\u{1B}[1\u{1B}[0mb", "ab"),
        // OSC, DCS, APC, PM, SOS.
        ("a\u{1B}]0;OWNED\u{07}b", "ab"), ("a\u{1B}]0;OWNED\u{1B}\\b", "ab"),
        ("a\u{1B}]8;;http://x\u{1B}\\link\u{1B}]8;;\u{1B}\\", "alink"),
        ("a\u{1B}Pq#0;2~\u{1B}\\b", "ab"), ("a\u{1B}_G1\u{1B}\\b", "ab"),
        ("a\u{1B}^private\u{1B}\\b", "ab"), ("a\u{1B}Xany [m\u{1B}\\b", "ab"),
        ("a\u{1B}PDCS\u{07}b", "ab"), ("a\u{1B}]0;OWNED", "a"), ("a\u{1B}]0;x\u{1A}b", "ab"),
        ("a\u{1B}Ptmux;\u{1B}\u{1B}]0;OWNED\u{07}\u{1B}\\b", "ab"),
        ("a\u{1B}]0;\u{E9}\u{1B}[1mb", "ab"),
        // Other escapes.
        ("a\u{1B}cb", "ab"), ("a\u{1B}7b\u{1B}8", "ab"), ("a\u{1B}=b", "ab"),
        ("a\u{1B}Mb", "ab"), ("a\u{1B}(Bb", "ab"), ("a\u{1B}#8b", "ab"),
        ("a\u{1B}$(Cb", "ab"), ("a\u{1B}", "a"), ("a\u{1B}\u{1B}", "a"), ("a\u{1B}(", "a"),
        ("a\u{1B}\u{E9}", "a\u{E9}"), ("a\u{1B}\tb", "a\tb"),
        // Eight-bit sequences.
        ("a\u{9B}31mb", "ab"), ("a\u{9D}0;OWNED\u{9C}b", "ab"), ("a\u{90}q\u{9C}b", "ab"),
        ("a\u{9F}x\u{1B}\\b", "ab"), ("a\u{84}b", "ab"), ("\u{A0}\u{BF}", "\u{A0}\u{BF}"),
    ]

    @Test(arguments: samples)
    func `escape sequences are removed from a text`(_ text: String, _ plain: String) {
        #expect(EscapeSequences.removed(from: text) == plain)
    }

    @Test(arguments: ["[", "]", "P", "_", "^", "X", "("])
    func `an unterminated sequence ends with the line`(_ introducer: String) {
        let long = String(repeating: introducer == "(" ? " " : "1", count: 64 << 10)
        #expect(EscapeSequences.removed(from: "denied\u{1B}\(introducer)\(long)") == "denied")
    }
}
