import EnclaviaCommands
import EnclaviaCore
import Testing

/// The messages about connections that cannot be made.
struct ConnectionMessagesTests {
    private static let host = "api.example"
    private static let then = Sample.moment("2026-01-01T00:00:00Z")
    private static let now = Sample.moment("2026-11-26T09:00:00Z")

    /// Each fault, and a part of the sentence.
    private static let sentences: [(ConnectionFault, String)] = [
        (.certificate(host: host, .selfSigned), "the certificate of api.example is self-signed"),
        (
            .certificate(host: host, .unknownAuthority("Corp\u{1B}[2J CA")),
            "is signed by \"Corp\\u{1b}[2J CA\", which this machine does not trust"
        ),
        (
            .certificate(host: host, .unknownAuthority(nil)),
            "is signed by an authority that this machine does not trust"
        ),
        (.certificate(host: host, .noAuthorities), "this machine has no certificate authorities"),
        (
            .certificate(host: host, .expired(end: then, now: now)),
            "expired at 2026-01-01T00:00:00.000Z, and this machine's clock says 2026-11-26T09"
        ),
        (
            .certificate(host: host, .notYetValid(start: now, now: then)),
            "is not valid before 2026-11-26T09:00:00.000Z"
        ),
        (.certificate(host: host, .otherHost(["a", "b"])), "is for another host name: a, b"),
        (.certificate(host: host, .otherHost([])), "is for another host name"),
        (.clientCertificate(host: host), "requires a client certificate"),
        (.noTLS(host: host), "does not support TLS"), (.onlyTLS(host: host), "requires TLS"),
        (.alert(host: host, number: 40), "(alert 40, handshake failure)"),
        (.nothingInCommon(host: host), "in common"),
        (
            .proxy(address: "p:1", host: host, status: 403),
            "the proxy p:1 refused to connect to api.example (HTTP 403)"
        ),
        (
            .proxy(address: "p:1", host: host, status: 502),
            "the proxy p:1 could not connect to api.example (HTTP 502)"
        ),
        (.proxy(address: "p:1", host: host, status: nil), "the proxy p:1 did not respond"),
    ]

    @Test func `each fault has a one-line message, and is retryable only if it is transient`() {
        for (fault, part) in Self.sentences {
            let backend = ErrorMessages.explain(
                BackendError.unreachable(url: "https://api.example", fault))
            #expect(
                backend.message.hasPrefix(
                    "no connection to the backend at https://api.example: "))
            #expect(backend.message.contains(part), "\(backend.message)")
            #expect(!backend.message.contains("\n"))
            #expect(backend.kind == .backendUnavailable && backend.exitStatus == .unavailable)
            #expect(backend.isRetryable == fault.isTransient)
            let registry = ErrorMessages.explain(
                RegistryError.unreachable(registry: "r.example", fault))
            #expect(registry.message.hasPrefix("no connection to the registry r.example: "))
            #expect(registry.kind == .registryUnavailable)
            #expect(registry.isRetryable == fault.isTransient)
        }
    }

    @Test func `the hint for an untrusted authority names SSL_CERT_FILE and SSL_CERT_DIR`() {
        for fault in [CertificateFault.selfSigned, .unknownAuthority(nil)] {
            let hint = ErrorMessages.explain(
                BackendError.unreachable(
                    url: "https://x.example", .certificate(host: "x.example", fault))
            ).hint
            #expect(hint?.contains("SSL_CERT_FILE") == true)
            #expect(hint?.contains("SSL_CERT_DIR") == true)
        }
        let none = ErrorMessages.explain(
            BackendError.unreachable(
                url: "https://x.example", .certificate(host: "x.example", .noAuthorities)))
        #expect(none.hint?.contains("ca-certificates") == true)
    }

    @Test func `a missing proxy password is a configuration error; other refusals name NO_PROXY`() {
        func explain(_ status: Int) -> UserError {
            ErrorMessages.explain(
                BackendError.unreachable(
                    url: "https://x.example",
                    .proxy(address: "p:1", host: "x.example", status: status)))
        }
        #expect(explain(407).kind == .config && explain(407).isRetryable == false)
        #expect(explain(407).hint?.contains("HTTPS_PROXY") == true)
        #expect(explain(403).hint?.contains("NO_PROXY") == true)
        #expect(explain(502).isRetryable && !explain(403).isRetryable)
    }
}
