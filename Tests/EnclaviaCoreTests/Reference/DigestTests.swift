import EnclaviaCore
import Testing

private let whole = String(repeating: "0123456789abcdef", count: 4)

struct DigestTests {
    @Test(
        arguments: [
            ("0", "0"), ("abc", "abc"), ("sha256:abc", "abc"), (whole, whole),
            ("sha256:\(whole)", whole),
            ("", nil), ("sha256:", nil), ("sha256", nil), ("sha", nil), ("g", nil), ("ABC", nil),
            ("SHA256:abc", nil), ("sha256:aBc", nil), ("sha512:abc", nil), ("abc ", nil),
            ("sha256: abc", nil), ("sha256:sha256:abc", nil), ("abc\u{301}", nil),
            ("sha256:\u{301}abc", nil), ("٣", nil), (whole + "0", nil), ("sha256:\(whole)0", nil),
        ] as [(String, String?)])
    func `a digest prefix has up to 64 digits, with or without sha256`(
        _ text: String, _ hex: String?
    ) {
        #expect(DigestPrefix(text)?.hex == hex)
        #expect(DigestPrefix(text)?.description == hex.map { "sha256:\($0)" })
        #expect(DigestPrefix(text[...])?.hex == hex)
    }

    @Test(
        arguments: [
            ("sha256:\(whole)", true), (whole, false), ("sha256:\(whole.dropLast())", false),
            ("sha256:\(whole)0", false), ("sha256:\(whole.uppercased())", false), ("", false),
        ])
    func `a digest is whole, and has its algorithm`(_ text: String, _ isDigest: Bool) {
        #expect(Digest(text)?.description == (isDigest ? text : nil))
    }

    @Test(
        arguments: [
            ("sha256:abc", "abc"), ("SHA256:ABC", "abc"), ("sha256:\(whole)", whole),
            ("sha256:", nil), ("sha256:xyz", nil), ("sha256:\(whole)0", nil),
        ] as [(String, String?)])
    func `a push is selected by a digest prefix in upper or lower case`(
        _ text: String, _ hex: String?
    ) {
        #expect(PushSelector(text) == hex.flatMap { DigestPrefix($0) }.map(PushSelector.digest))
    }

    @Test func `digits without sha256 select a push by its id`() {
        #expect(PushSelector("ABCDEF") == .id("abcdef"))
        #expect(PushSelector("abcde") == nil)
    }
}
