import EnclaviaCore

extension ErrorMessages {
    /// - Parameters:
    ///   - kind: the kind of error of the service that cannot be reached.
    ///   - service: the service, by its name.
    static func explain(
        _ fault: ConnectionFault, _ kind: ErrorKind, _ service: String
    ) -> UserError {
        // A proxy that requires a password (407) is a matter of configuration.
        let isSetting = if case .proxy(_, _, 407) = fault { true } else { false }
        return UserError(
            isSetting ? .config : kind, "no connection to \(service): \(sentence(fault))",
            hint: hint(fault), isRetryable: fault.isTransient)
    }

    private static func sentence(_ fault: ConnectionFault) -> String {
        switch fault {
        case .certificate(let host, let fault):
            sentence(fault, host: host.printable)
        case .clientCertificate(let host):
            "\(host.printable) requires a client certificate, and enclavia has none"
        case .noTLS(let host):
            "\(host.printable) does not support TLS, which https requires"
        case .onlyTLS(let host):
            "\(host.printable) requires TLS, but the URL has http:// instead of https://"
        case .alert(let host, let number):
            "\(host.printable) ended the TLS handshake (alert \(number)\(name(ofAlert: number)))"
        case .nothingInCommon(let host):
            "\(host.printable) and enclavia have no TLS version or cipher in common"
        case .proxy(let address, let host, let status):
            sentence(proxy: address.printable, host.printable, status)
        }
    }

    private static func sentence(_ fault: CertificateFault, host: String) -> String {
        switch fault {
        case .selfSigned:
            "the certificate of \(host) is self-signed, and this machine does not trust it"
        case .unknownAuthority(let name):
            "the certificate of \(host) is signed by "
                + (name.map { "\($0.quoted), which" } ?? "an authority that")
                + " this machine does not trust"
        case .noAuthorities:
            "the certificate of \(host) cannot be checked, since this machine has no certificate"
                + " authorities"
        case .expired(let end, let now):
            "the certificate of \(host) expired at \(end), and this machine's clock says \(now)"
        case .notYetValid(let start, let now):
            "the certificate of \(host) is not valid before \(start), and this machine's clock"
                + " says \(now)"
        case .otherHost(let names):
            names.isEmpty
                ? "the certificate of \(host) is for another host name"
                : "the certificate of \(host) is for another host name:"
                    + " \(names.map { $0.printable }.joined(separator: ", "))"
        }
    }

    private static func sentence(proxy: String, _ host: String, _ status: Int?) -> String {
        switch status {
        case nil: "the proxy \(proxy) did not respond as an HTTP proxy to a request for \(host)"
        case 407: "the proxy \(proxy) requires a user name and a password"
        case let status? where status >= 500:
            "the proxy \(proxy) could not connect to \(host) (HTTP \(status))"
        case let status?:
            "the proxy \(proxy) refused to connect to \(host) (HTTP \(status))"
        }
    }

    /// The next step for the user; `nil` where only the operator of the other side can act.
    static func hint(_ fault: ConnectionFault) -> String? {
        switch fault {
        case .certificate(_, .selfSigned), .certificate(_, .unknownAuthority):
            "if you trust it, set SSL_CERT_FILE to a PEM file of its authority, or SSL_CERT_DIR to a"
                + " directory of such files"
        case .certificate(_, .noAuthorities):
            "install them (on Debian: apt-get install ca-certificates), or set SSL_CERT_FILE"
                + " to a PEM file of authorities"
        case .certificate(_, .expired), .certificate(_, .notYetValid):
            "set the clock if it is wrong; otherwise tell the operator of the service"
        case .certificate(_, .otherHost):
            "use the name that the certificate is for, or tell the operator of the service"
        case .alert(_, 40):
            "it may require a client certificate, which enclavia does not have"
        case .clientCertificate, .noTLS, .onlyTLS, .alert, .nothingInCommon: nil
        case .proxy(_, _, 407):
            "set them in HTTPS_PROXY as http://user:password@host:port, with special characters"
                + " percent-encoded"
        case .proxy:
            "check HTTPS_PROXY, or add the host to NO_PROXY to reach it without the proxy"
        }
    }

    /// The names of the alerts that a wrong configuration causes (RFC 8446, 6).
    private static func name(ofAlert number: Int) -> String {
        switch number {
        case 40: ", handshake failure"
        case 48: ", unknown authority"
        case 49: ", access denied"
        case 70: ", protocol version"
        case 71: ", insufficient security"
        case 112: ", unknown host name"
        default: ""
        }
    }
}
