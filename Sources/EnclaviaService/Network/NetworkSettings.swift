/// How this program reaches the network: its user agent, its proxy and the authorities that it trusts.
package struct NetworkSettings: Hashable, Sendable {
    /// The `User-Agent` of every call.
    package let userAgent: String
    /// `HTTPS_PROXY`: `[http://|socks5://][user:password@]host[:port]`; `nil` or empty for none.
    package let httpsProxy: String?
    /// `NO_PROXY`: a list of hosts that are reached directly.
    package let noProxy: String?
    /// `SSL_CERT_FILE`: a PEM file of authorities to trust, in place of the system's file.
    package let certificateFile: String?
    /// `SSL_CERT_DIR`: directories of such files, with colons between them, in place of the system's.
    package let certificateDirectories: String?
    package let systemAuthorities: SystemAuthorities

    package init(
        userAgent: String, httpsProxy: String? = nil, noProxy: String? = nil,
        certificateFile: String? = nil, certificateDirectories: String? = nil,
        systemAuthorities: SystemAuthorities = .linux
    ) {
        self.userAgent = userAgent
        self.httpsProxy = httpsProxy
        self.noProxy = noProxy
        self.certificateFile = certificateFile
        self.certificateDirectories = certificateDirectories
        self.systemAuthorities = systemAuthorities
    }

    /// Reads the settings from `variables`. A name in upper case takes precedence over the same in lower case,
    /// as in the docker command.
    package init(userAgent: String, variables: [String: String]) {
        func value(_ names: String...) -> String? {
            names.lazy.compactMap { variables[$0] }.first { !$0.isEmpty }
        }
        self.init(
            userAgent: userAgent, httpsProxy: value("HTTPS_PROXY", "https_proxy"),
            noProxy: value("NO_PROXY", "no_proxy"), certificateFile: value("SSL_CERT_FILE"),
            certificateDirectories: value("SSL_CERT_DIR"))
    }
}
