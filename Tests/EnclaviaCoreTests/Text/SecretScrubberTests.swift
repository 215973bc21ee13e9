import EnclaviaCore
import Foundation
import TestSupport
import Testing

/// Secrets in every encoding in which a server or a program may repeat them.
struct SecretScrubberTests {
    private static let token = "tok+en/A1b2C3d4-E5f6_G7&<h8~9=="

    private static let scrubber = {
        let scrubber = SecretScrubber()
        scrubber.add(Secret(token))
        return scrubber
    }()

    private static func escaped(_ make: (UInt8) -> String) -> String {
        token.utf8.map(make).joined()
    }

    private static let spellings: [(name: String, text: String)] = [
        ("as it is", token),
        ("JSON", escaped { String(format: "\\u%04x", $0) }),
        ("JSON in upper case", escaped { String(format: "\\u%04X", $0) }),
        ("JSON with slashes escaped", token.replacing("/", with: "\\/")),
        ("JSON in JSON", escaped { String(format: "\\\\u%04x", $0) }),
        (
            "every other byte in JSON",
            escaped { $0 % 2 == 0 ? String(format: "\\u%04x", $0) : String(UnicodeScalar($0)) }
        ),
        (
            "URL",
            token.replacing("+", with: "%2B").replacing("/", with: "%2F").replacing(
                "=", with: "%3D")
        ),
        ("URL in lower case", escaped { String(format: "%%%02x", $0) }),
        ("URL, twice", escaped { String(format: "%%25%02X", $0) }),
        ("HTML", escaped { "&#\($0);" }),
        ("HTML, hexadecimal", escaped { String(format: "&#x%X;", $0) }),
        ("HTML by name", token.replacing("&", with: "&amp;").replacing("<", with: "&lt;")),
        ("bytes of C", escaped { String(format: "\\x%02x", $0) }),
    ]

    @Test(arguments: spellings)
    func `a secret is removed in every encoding, without the text around it`(
        name: String, text: String
    ) {
        let scrubbed = Self.scrubber.scrub("before \"\(text)\" after \(text)")
        #expect(scrubbed == "before \"•••\" after •••")
        #expect(
            String(decoding: Self.scrubber.scrub(Array("<\(text)>".utf8)), as: UTF8.self) == "<•••>"
        )
    }

    /// A `Basic` header is the Base64 of a name, a colon and the secret; a log may hold more around it.
    @Test(arguments: 0..<7, 0..<4)
    func `a secret is removed from Base64 at any offset`(before: Int, after: Int) throws {
        let whole =
            String(repeating: "u", count: before) + Self.token
            + String(repeating: ":", count: after)
        let standard = Data(whole.utf8).base64EncodedString()
        let urlSafe = standard.replacing("+", with: "-").replacing("/", with: "_").replacing(
            "=", with: "")
        for text in [standard, urlSafe, standard.replacing("/", with: "\\/")] {
            let scrubbed = Self.scrubber.scrub("Basic \(text) end")
            #expect(scrubbed.contains("•••"), "\(text)")
            #expect(scrubbed.hasPrefix("Basic ") && scrubbed.hasSuffix(" end"))
            // At most two characters of the secret share a Base64 character with the text around it.
            let left = scrubbed.dropFirst(6).dropLast(4).replacing("•••", with: "")
            #expect(left.utf8.count <= (before + after) * 4 / 3 + 6, "\(scrubbed)")
        }
    }

    @Test func `text without a secret is the same, byte for byte`() throws {
        for text in [
            "", "•••", Self.token.dropLast().description, Self.token.lowercased(),
            "100% \\u00e9 \\\\ \\ & &# &#x; %", "\\u", "%2", "\u{1B}[0m\r\n",
        ] {
            #expect(Self.scrubber.scrub(text) == text)
        }
        let notUTF8: [UInt8] = [0xFF, 0x25, 0xFE, 0x5C]
        #expect(Self.scrubber.scrub(notUTF8) == notUTF8)
        #expect(SecretScrubber().scrub(Self.token) == Self.token)
    }

    /// Names, numbers and digests must stay intact.
    @Test(arguments: ["app", "succeeded", "platform", "123456789012345", "deadbeefcafe", ""])
    func `a value that may be a word, a number or a part of a digest is not scrubbed`(
        value: String
    ) {
        let scrubber = SecretScrubber()
        scrubber.add(Secret(value))
        #expect(scrubber.isEmpty)
    }

    @Test func `a secret that contains another is removed as a whole`() {
        let scrubber = SecretScrubber()
        scrubber.add(Secret("1234-5678-90"))
        scrubber.add(Secret("1234-5678-90-and-more"))
        #expect(scrubber.scrub("app 1234-5678-90-and-more 1234-5678-90") == "app ••• •••")
        #expect(scrubber.longest > "1234-5678-90-and-more".utf8.count)
    }

    @Test func `a password that is a word is removed only together with its user name`() {
        let scrubber = SecretScrubber()
        scrubber.add(password: "platform", of: "ci")
        let basic = Data("ci:platform".utf8).base64EncodedString()
        let text = scrubber.scrub("platform/api https://ci:platform@proxy Basic \(basic)")
        #expect(text.hasPrefix("platform/api https://•••@proxy Basic •••"))
        scrubber.add(password: "Hunter2-hunter2", of: "ci")
        #expect(scrubber.scrub("Hunter2-hunter2") == "•••")
        let none = SecretScrubber()
        none.add(password: "", of: "ci")
        #expect(none.isEmpty)
    }

    @Test func `an escape character in a secret is found as itself and escaped`() {
        let scrubber = SecretScrubber()
        scrubber.add(Secret(#"pass\word%41&#1;"quoted"#))
        #expect(scrubber.scrub(#"<pass\word%41&#1;"quoted>"#) == "<•••>")
        #expect(scrubber.scrub(#"<pass\\word%2541&#1;\"quoted>"#) == "<•••>")
        #expect(scrubber.scrub(#"<passAword>"#) == "<passAword>")
    }

    @Test func `an answer in JSON stays JSON`() throws {
        struct Answer: Codable { let error: String }
        let body = try JSONEncoder().encode(Answer(error: "bad token \(Self.token), sorry"))
        let scrubbed = Data(Self.scrubber.scrub(Array(body)))
        #expect(
            try JSONDecoder().decode(Answer.self, from: scrubbed).error == "bad token •••, sorry")
    }

    /// Escapes that could be parsed in many ways, which could take exponential time.
    @Test func `a text of nothing but escapes is scanned once`() {
        let scrubber = SecretScrubber()
        for secret in [
            #"\\\\\\\\\\\\\\\\"#, "%25%25%25%25%25Z", "&#38;&#38;&#38;", "%%%%%%%%%%%%%%%%",
        ] {
            scrubber.add(Secret(secret))
        }
        for unit in ["\\", "%25", "&#38;", "%2525", "\\u005c"] {
            let text = String(repeating: unit, count: 100_000)
            #expect(scrubber.scrub(text).utf8.count <= text.utf8.count)
        }
    }

    @Test func `any secret is removed from any text`() {
        var seed = SeededRandom(seed: 11)
        let alphabet = Array("ab%\\&#;ux250+/=•".utf8)
        for _ in 0..<2_000 {
            let count = Int.random(in: 16...20, using: &seed)
            let secret = (0..<count).map { _ in
                alphabet.dropLast(3).randomElement(using: &seed) ?? 0
            }
            let noise = (0..<40).map { _ in alphabet.randomElement(using: &seed) ?? 0 }
            let scrubber = SecretScrubber()
            scrubber.add(Secret(String(decoding: secret, as: UTF8.self)))
            let place = Int.random(in: 0...noise.count, using: &seed)
            let text = Data(
                scrubber.scrub(Array(noise[..<place]) + secret + Array(noise[place...])))
            #expect(text.range(of: Data(secret)) == nil, "\(secret)")
        }
    }
}
