/// Why no usable connection could be made although the other side responded: a certificate that is not trusted, a
/// server that does not speak the protocol, or a proxy that refuses.
package enum ConnectionFault: Error, Hashable, Sendable {
    /// The certificate of `host` is not trusted.
    case certificate(host: String, CertificateFault)
    /// `host` asks for a certificate of its client, which this program does not have.
    case clientCertificate(host: String)
    /// `host` was contacted over TLS, which it does not speak.
    case noTLS(host: String)
    /// `host` was contacted without TLS, and accepts nothing else.
    case onlyTLS(host: String)
    /// `host` ended the TLS handshake with this alert (RFC 8446, 6).
    case alert(host: String, number: Int)
    /// `host` and this program have no version of TLS, or no cipher, in common.
    case nothingInCommon(host: String)
    /// The proxy, `host:port` without credentials, did not connect to `host`; `status` is that of its response, and
    /// `nil` where the response was not HTTP.
    case proxy(address: String, host: String, status: Int?)

    /// Whether the same call may succeed later without a change on this machine: only a proxy's failure can be
    /// temporary.
    package var isTransient: Bool {
        guard case .proxy(_, _, let status) = self else { return false }
        return status.map { $0 == 429 || $0 >= 500 } ?? true
    }
}

/// What is wrong with a certificate.
package enum CertificateFault: Hashable, Sendable {
    /// It is self-signed, and not trusted.
    case selfSigned
    /// It is signed by an authority that is not trusted; the authority's name, where it has one.
    case unknownAuthority(String?)
    /// This machine has no authorities to check any certificate against.
    case noAuthorities
    /// It ended at `end`, or one that it depends on did.
    case expired(end: Timestamp, now: Timestamp)
    /// It begins at `start`, or one that it depends on does.
    case notYetValid(start: Timestamp, now: Timestamp)
    /// It was issued for other hosts; carries their names, at most three.
    case otherHost([String])
}
