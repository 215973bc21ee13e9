import EnclaviaService
import Testing

/// How URLs of services are read.
struct ServiceURLTests {
    @Test(arguments: [
        ("https://api.example.com", "https://api.example.com"),
        ("https://api.example.com/", "https://api.example.com"),
        ("https://api.example.com///", "https://api.example.com"),
        ("HTTPS://API.Example.COM:443/", "https://api.example.com"),
        ("http://localhost:80", "http://localhost"),
        ("http://localhost:8080/Base/", "http://localhost:8080/Base"),
        ("https://[::1]:8443/x", "https://[::1]:8443/x"),
    ])
    func `spellings of one URL are equal`(_ text: String, _ normal: String) throws {
        #expect(try ServiceURL(text).description == normal)
        #expect(try ServiceURL(text) == ServiceURL(normal))
    }

    @Test(arguments: [
        ("api.example.com", URLFault.notHTTP), ("ftp://x", .notHTTP), ("", .notHTTP),
        ("https://", .badHost), ("https:///x", .badHost), ("https://a:b", .badHost),
        ("https://a:0", .badHost), ("https://a:99999", .badHost), ("https://-x", .badHost),
        ("https://[::1", .badHost), ("https://[zz]", .badHost), ("https://a:", .badHost),
        ("https://u:p@x", .userInformation), ("https://x?q", .queryOrFragment),
        ("https://x/#f", .queryOrFragment), ("https://x y", .badCharacter),
        ("https://x\r\nHost: y", .badCharacter), ("https://exämple.com", .badCharacter),
    ])
    func `an invalid service URL is refused`(_ text: String, _ fault: URLFault) {
        #expect(throws: fault) { try ServiceURL(text) }
    }

    @Test(arguments: [
        ("https://bob:secret@host.example/x", "https://host.example/x"),
        ("https://secret@host.example", "https://host.example"),
        ("https://bob:sec/ret@host.example", "https://host.example"),
        ("https://bob:s@cr@t@host.example:8443", "https://host.example:8443"),
        ("https://bob:secret%40host.example", "https://host.example"),
        ("https://bob:secret", "https://bob"),
        ("bob:secret@host.example", "host.example"),
        ("https://host.example/?token=secret", "https://host.example/"),
        ("https://host.example#secret", "https://host.example"),
        ("https://bob:se?cret@host.example", "https://host.example"),
        ("ftp://host.example:21/x", "ftp://host.example:21/x"),
        ("https://[::1]:8443/x y", "https://[::1]:8443/x y"), ("nonsense", "nonsense"), ("", ""),
    ])
    func `an invalid URL is shown without possible secrets`(_ text: String, _ shown: String) {
        #expect(ServiceURL.withoutSecrets(text) == shown)
    }

    @Test(arguments: [
        ("http://localhost", true), ("http://LOCALHOST:1", true), ("http://127.0.0.1", true),
        ("http://127.255.1.2", true), ("http://[::1]", true), ("https://example.com", true),
        ("http://example.com", false), ("http://localhost.example.com", false),
        ("http://127.0.0.1.example.com", false), ("http://10.0.0.1", false),
        ("http://[::2]", false), ("http://0.0.0.0", false), ("http://0177.0.0.1", false),
    ])
    func `secrets travel over TLS or stay on this machine`(_ text: String, _ may: Bool) throws {
        #expect(try ServiceURL(text).isConfidential == may)
    }
}
