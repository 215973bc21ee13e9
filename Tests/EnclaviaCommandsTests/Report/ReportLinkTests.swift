import EnclaviaCommands
import Testing

struct ReportLinkTests {
    @Test(arguments: [
        "https://example.org", "https://example.org/", "HTTPS://Example.org/a?b=c#d",
        "https://git.example.org:8443/x/commit/b7f8197", "https://192.0.2.1/x",
        "https://[2001:db8::1]:8443/", "https://example.org/%C3%A9", "https://a_b.example/@x:y",
    ])
    func `an https address is a link`(address: String) throws {
        #expect(SecureAddress(address)?.text == address)
        let html = try ReportPage(ReportSample.everywhere("x", address: address)).html()
        #expect(html.contains("<a href=\"\(address)\" rel=\"noreferrer\">"))
    }

    @Test(arguments: [
        "", "https://", "https:///x", "https:example.org", "https:/example.org",
        "http://example.org", "javascript:alert(1)", "JaVaScRiPt:https://x/", "data:text/html,x",
        "//example.org", "/x", "ftp://example.org", "git@example.org:x.git",
        "https://user@example.org/", "https://user:pass@example.org/", "https://@example.org/",
        "https://example.org\\@evil.example/", "https:\\\\example.org", " https://example.org",
        "https://example.org/a b", "https://example.org/\n", "https://example.org/\t",
        "https://exa\u{0}mple.org", "https://example.org/\u{202E}", "https://exämple.org/",
        "https://еxample.org/", "https://example.org:0/", "https://example.org:65536/",
        "https://example.org:x/", "https://example.org:/", "https://example.org:1:2/",
        "https://ex..org/", "https://%65xample.org/", "https://example.org/%", "https://[::1",
        "https://example.org/%zz", "https://[x]/", "https://[::1]x/", "https://h/\"onclick=x",
        "https://h/<b>", "https://h/`", "https://\(String(repeating: "a", count: 64)).org/",
        "https://h/" + String(repeating: "a", count: 2048),
    ])
    func `any other address is text`(address: String) throws {
        #expect(SecureAddress(address) == nil)
        let html = try ReportPage(ReportSample.everywhere("x", address: address)).html()
        #expect(!html.contains("rel=\"noreferrer\""))
    }

    @Test func `a text stays where its address is no link`() async throws {
        let outlines = try await ReportOutline.all([
            ReportSample.everywhere("x", address: "http://example.org/"),
            ReportSample.everywhere("x", address: "https://example.org/"),
        ])
        #expect(outlines[0].links.allSatisfy { $0.hasPrefix("#") })
        #expect(outlines[1].links.contains("https://example.org/"))
        #expect(outlines[0].isolated == outlines[1].isolated)
    }
}
