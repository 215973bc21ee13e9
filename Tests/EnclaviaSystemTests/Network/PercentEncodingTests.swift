import EnclaviaSystem
import SystemPackage
import Testing

struct PercentEncodingTests {
    @Test(arguments: [
        ("AZaz09-._~", "AZaz09-._~"), ("a b+c", "a%20b%2Bc"), ("/?#[]@:", "%2F%3F%23%5B%5D%40%3A"),
        ("é\u{1F600}", "%C3%A9%F0%9F%98%80"), ("100%", "100%25"), ("", ""),
    ])
    func `all but the unreserved bytes are encoded, and come back`(text: String, encoded: String) {
        #expect(PercentEncoding.encode(text) == encoded)
        #expect(PercentEncoding.decode(encoded) == text)
    }

    @Test(arguments: [("%", "%"), ("%4", "%4"), ("%zz", "%zz"), ("%e9%C3%A9", "\u{FFFD}é")])
    func `text that is not an encoding is unchanged`(text: String, decoded: String) {
        #expect(PercentEncoding.decode(text) == decoded)
    }

    @Test func `the first of several fields with one name counts`() {
        let fields = PercentEncoding.fields(ofQuery: "a=1&b=x+y%2B&a=2&c&=z")
        #expect(fields == ["a": "1", "b": "x y+", "c": "", "": "z"])
        #expect(PercentEncoding.form([("a b", "c&d"), ("e", "")]) == "a%20b=c%26d&e=")
    }

    @Test func `a path that is not UTF-8 has its bytes in a URI`() {
        let path = FilePath(platformString: [0x2F, 0x61, 0x20, 0x3F, CChar(bitPattern: 0xE9), 0])
        #expect(path.percentEncoded == "/a%20%3F%E9")
        #expect(path.sqliteName == "file:/a%20%3F%E9")
        #expect(FilePath("/a b?").sqliteName == "/a b?")
    }
}
