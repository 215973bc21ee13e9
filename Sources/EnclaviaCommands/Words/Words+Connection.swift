import EnclaviaCore

extension Words {
    /// - Parameters:
    ///   - kind: that of the service which cannot be reached.
    ///   - service: the service, by its name.
    static func explain(
        _ fault: ConnectionFault, _ kind: ErrorKind, _ service: String
    ) -> Explanation {
        // A password that is missing is a setting.
        let isSetting = if case .proxy(_, _, 407) = fault { true } else { false }
        return Explanation(
            isSetting ? .config : kind, "no connection to \(service): \(sentence(fault))",
            hint: hint(fault), isRetryable: fault.isTransient)
    }

    private static func sentence(_ fault: ConnectionFault) -> String {
        switch fault {
        case .certificate(let host, let fault):
            sentence(fault, host: shown(host))
        case .clientCertificate(let host):
            "\(shown(host)) asks for a client certificate, and this program has none"
        case .noTLS(let host):
            "\(shown(host)) does not speak TLS, which https needs"
        case .onlyTLS(let host):
            "\(shown(host)) speaks TLS, and was called with http:// in place of https://"
        case .alert(let host, let number):
            "\(shown(host)) ended the TLS handshake (alert \(number)\(name(ofAlert: number)))"
        case .nothingInCommon(let host):
            "\(shown(host)) and this program have no version or cipher of TLS in common"
        case .proxy(let address, let host, let status):
            sentence(proxy: shown(address), shown(host), status)
        }
    }

    private static func sentence(_ fault: CertificateFault, host: String) -> String {
        switch fault {
        case .selfSigned:
            "the certificate of \(host) is self-signed, and this machine does not trust it"
        case .unknownAuthority(let name):
            "the certificate of \(host) is signed by "
                + (name.map { "\(quoted($0)), which" } ?? "an authority that")
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
                    + " \(names.map { shown($0) }.joined(separator: ", "))"
        }
    }

    private static func sentence(proxy: String, _ host: String, _ status: Int?) -> String {
        switch status {
        case nil: "the proxy \(proxy) did not answer as an HTTP proxy when asked for \(host)"
        case 407: "the proxy \(proxy) asks for a user name and a password"
        case let status? where status >= 500:
            "the proxy \(proxy) could not connect to \(host) (HTTP \(status))"
        case let status?:
            "the proxy \(proxy) refused to connect to \(host) (HTTP \(status))"
        }
    }

    /// The next step; `nil` where it is the operator's of the other side alone.
    static func hint(_ fault: ConnectionFault) -> String? {
        switch fault {
        case .certificate(_, .selfSigned), .certificate(_, .unknownAuthority):
            "if it is to be trusted, let SSL_CERT_FILE name a PEM file of its authority, or"
                + " SSL_CERT_DIR a directory of such files"
        case .certificate(_, .noAuthorities):
            "install them (on Debian: apt-get install ca-certificates), or let SSL_CERT_FILE name"
                + " a PEM file of authorities"
        case .certificate(_, .expired), .certificate(_, .notYetValid):
            "set the clock if it is wrong, else tell the operator of the service"
        case .certificate(_, .otherHost):
            "use the name that the certificate is for, or tell the operator of the service"
        case .alert(_, 40):
            "it may ask for a client certificate, which this program does not have"
        case .clientCertificate, .noTLS, .onlyTLS, .alert, .nothingInCommon: nil
        case .proxy(_, _, 407):
            "write them into HTTPS_PROXY as http://user:password@host:port, with % escapes for"
                + " what a URL cannot hold"
        case .proxy:
            "let NO_PROXY name the host to reach it without the proxy, or look at HTTPS_PROXY"
        }
    }

    /// The names of those that a wrong set-up leads to (RFC 8446, 6).
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
