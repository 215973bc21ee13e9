import EnclaviaService
import Testing

/// `HTTPS_PROXY` and `NO_PROXY`.
struct ProxyRulesTests {
    @Test(arguments: [
        ("https://api.example.com", nil as String?, true),
        ("https://api.example.com", "", true),
        ("https://api.example.com", "*", false),
        ("https://api.example.com", "other.org, api.example.com", false),
        ("https://api.example.com", "example.com", false),
        ("https://api.example.com", "EXAMPLE.COM", false),
        ("https://api.example.com", ".example.com", false),
        ("https://api.example.com", "*.example.com", false),
        ("https://example.com", ".example.com", true),
        ("https://example.com", "example.com", false),
        ("https://badexample.com", "example.com", true),
        ("https://api.example.com", "example.com:443", false),
        ("https://api.example.com", "example.com:8443", true),
        ("https://api.example.com:8443", "example.com:8443", false),
        ("https://10.1.2.3", "10.0.0.0/8", false),
        ("https://11.1.2.3", "10.0.0.0/8", true),
        ("https://10.1.2.3", "10.1.2.3", false),
        ("https://10.1.2.3:8443", "10.1.2.3:8443", false),
        ("https://10.1.2.3", "10.1.2.4", true),
        ("https://[fd00::1]", "fd00::/8", false),
        ("https://[fd00::1]", "fd00:0:0::1", false),
        ("https://[fe00::1]", "fd00::/8", true),
        ("https://10.1.2.3", "10.0.0.0/99, nonsense/, /8, [::1", true),
        ("https://localhost", nil, false),
        ("https://127.9.9.9", nil, false),
        ("https://[::1]:8443", nil, false),
    ])
    func `a proxy is used except for this machine and the hosts of NO_PROXY`(
        _ url: String, _ exceptions: String?, _ isUsed: Bool
    ) throws {
        let rules = try ProxyRules(proxy: "http://proxy.local:3128", exceptions: exceptions)
        #expect((rules.proxy(for: try ServiceURL(url)) != nil) == isUsed)
    }

    @Test(arguments: [
        ("proxy.local", "proxy.local", 80, nil as String?, nil as String?),
        ("proxy.local:3128", "proxy.local", 3128, nil, nil),
        ("HTTP://proxy.local:3128/", "proxy.local", 3128, nil, nil),
        ("http://bob:p%40ss:x@proxy.local:3128", "proxy.local", 3128, "bob", "p@ss:x"),
        ("http://[::1]:3128", "::1", 3128, nil, nil),
        ("socks5://proxy.local", "proxy.local", 1080, nil, nil),
    ])
    func `a proxy address is parsed`(
        _ text: String, _ host: String, _ port: Int, _ user: String?, _ password: String?
    ) throws {
        let proxy = try ProxyAddress(text)
        #expect(proxy.host == host && proxy.port == port)
        #expect(proxy.user == user && proxy.password == password)
    }

    @Test(arguments: ["https://proxy.local", "ftp://x", "http://", "http://a b", "socks5://u:p@x"])
    func `a proxy that cannot be used is a configuration error`(_ text: String) {
        #expect {
            try ProxyAddress(text)
        } throws: {
            guard case TransportError.configuration("HTTPS_PROXY", _) = $0 else { return false }
            return true
        }
    }

    @Test
    func `an https proxy is refused with a hint, and without its password`() {
        #expect {
            try ProxyAddress("https://bob:pass-word@proxy.local:3128")
        } throws: {
            guard case TransportError.configuration("HTTPS_PROXY", let reason) = $0 else {
                return false
            }
            return reason.contains("http://") && reason.contains("NO_PROXY")
                && !reason.contains("pass-word")
        }
    }

    @Test func `a proxy is shown without its password`() throws {
        let proxy = try ProxyAddress("http://bob:pass-word@[::1]:3128")
        #expect("\(proxy)" == "[::1]:3128")
    }

    @Test(arguments: ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
    func `proxy variables for other protocols and programs are not read`(_ name: String) {
        let settings = NetworkSettings(userAgent: "x", variables: [name: "http://proxy.local"])
        #expect(settings.httpsProxy == nil)
    }

    @Test func `upper case overrides lower case, and an empty value counts as unset`() {
        let settings = NetworkSettings(
            userAgent: "x",
            variables: [
                "HTTPS_PROXY": "a", "https_proxy": "b", "NO_PROXY": "", "no_proxy": "c",
            ])
        #expect(settings.httpsProxy == "a")
        #expect(settings.noProxy == "c")
        #expect(settings.certificateFile == nil)
    }
}
