import AsyncHTTPClient
import EnclaviaCore
import FoundationEssentials
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Finds the cause of a failed request, with a second connection where the HTTP client's error does not
/// tell enough.
struct Diagnosis: Sendable {
    let call: HTTPCall
    let proxy: ProxyAddress?
    let authorities: TrustedAuthorities
    let group: MultiThreadedEventLoopGroup
    /// The timeout of the failed request.
    let limit: Duration

    private var host: String { call.service.authority }
    private var probe: ConnectionProbe {
        ConnectionProbe(service: call.service, proxy: proxy, group: group)
    }

    func meaning(of error: any Error) async -> TransportError {
        if let tls = TLSError(error) { return await meaning(of: tls) }
        if let proxy, let refusal = await refusal(of: proxy, error) { return refusal }
        if mayBeTLS(error), case .certificates = await probe.run() {
            return .unreachable(.onlyTLS(host: host))
        }
        return TransportError(error, limit: limit)
    }

    private func meaning(of error: TLSError) async -> TransportError {
        switch error {
        case .untrusted: .unreachable(.certificate(host: host, await reasonOfDistrust()))
        case .otherHost: .unreachable(.certificate(host: host, .otherHost(await names())))
        case .noTLS: .unreachable(.noTLS(host: host))
        case .nothingInCommon: .unreachable(.nothingInCommon(host: host))
        // bad_certificate in TLS 1.2 and certificate_required in TLS 1.3 (RFC 8446, 6.2).
        case .alert(42), .alert(116): .unreachable(.clientCertificate(host: host))
        // Damaged records and internal errors may be transient.
        case .alert(20), .alert(50), .alert(51), .alert(80):
            .connection(reason: "the TLS connection failed")
        case .alert(let number): .unreachable(.alert(host: host, number: number))
        case .closed: .connection(reason: "the connection was closed during the TLS handshake")
        case .cutOff:
            .connection(reason: "the connection was closed before the response was complete")
        case .other(let number):
            .connection(
                reason: "the TLS connection failed" + (number.map { " (error \($0))" } ?? ""))
        }
    }

    /// The error where the proxy refused the connection, with its status, which the client does not report.
    private func refusal(
        of proxy: ProxyAddress, _ error: any Error
    ) async -> TransportError? {
        let status: Int?
        switch error as? HTTPClientError {
        case .proxyAuthenticationRequired:
            status = 407
        case .invalidProxyResponse:
            status = if case .proxyStatus(let seen) = await probe.run() { seen } else { nil }
        default:
            // Only the proxy uses plain HTTP: all requests through a proxy are for https.
            guard proxy.kind == .http, error is HTTPParserError else { return nil }
            status = nil
        }
        return .unreachable(
            .proxy(address: proxy.description, host: host, status: status))
    }

    /// Servers that expect TLS respond to plain HTTP with an alert, or close the connection.
    private func mayBeTLS(_ error: any Error) -> Bool {
        guard call.service.scheme == .http else { return false }
        return error is HTTPParserError || error as? HTTPClientError == .remoteConnectionClosed
    }

    /// Why the certificate is not trusted, which the library does not report.
    private func reasonOfDistrust() async -> CertificateFault {
        if (try? authorities.areNone()) == true { return .noAuthorities }
        guard case .certificates(let chain) = await probe.run(), let own = chain.first,
            let last = chain.last
        else { return .unknownAuthority(nil) }
        // The library compares with the system's clock.
        let now = Timestamp(Date())
        for certificate in chain {
            let start = Timestamp(milliseconds: Int64(certificate.notValidBefore) * 1000)
            let end = Timestamp(milliseconds: Int64(certificate.notValidAfter) * 1000)
            if end < now { return .expired(end: end, now: now) }
            if now < start { return .notYetValid(start: start, now: now) }
        }
        if Self.issuer(of: own)?.isSelfIssued == true { return .selfSigned }
        return .unknownAuthority(Self.issuer(of: last)?.issuerName)
    }

    private static func issuer(of certificate: NIOSSLCertificate) -> CertificateNames? {
        // A certificate that cannot be encoded as DER has no names to show.
        (try? certificate.toDERBytes()).flatMap { CertificateNames(der: $0) }
    }

    /// The first names that the host's certificate is for.
    private func names() async -> [String] {
        guard case .certificates(let chain) = await probe.run(), let own = chain.first else {
            return []
        }
        let names = own._subjectAlternativeNames().compactMap { name -> String? in
            switch name.nameType {
            case .dnsName: String(decoding: name.contents, as: UTF8.self)
            case .ipAddress where name.contents.count == 4:
                name.contents.map { String($0) }.joined(separator: ".")
            default: nil
            }
        }
        return Array(names.prefix(3))
    }
}
