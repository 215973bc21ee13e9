import EnclaviaCore
import EnclaviaSystem
import FoundationEssentials

/// Which calls go through which proxy.
///
/// Source: the rules of Go's `golang.org/x/net/http/httpproxy`, since users set these variables for
/// Docker: a comma-separated list of `*` (every host), addresses, address ranges, and hosts. A host
/// includes its subdomains; with a leading `.` or `*.`, it stands for its subdomains alone. All but ranges may
/// have a port.
/// This machine is never reached through a proxy.
package struct ProxyRules: Sendable {
    enum Exception: Hashable, Sendable {
        case everything
        case address(IPAddress, port: UInt16?)
        case network(IPAddress, prefix: Int)
        case host(String, onlySubdomains: Bool, port: UInt16?)
    }

    let proxy: ProxyAddress?
    let exceptions: [Exception]

    /// - Throws: ``TransportError/configuration(subject:reason:)`` for a proxy that cannot be used.
    package init(proxy: String?, exceptions: String?) throws(TransportError) {
        self.proxy =
            if let proxy, !proxy.isEmpty { try ProxyAddress(proxy) } else { nil }
        self.exceptions = (exceptions ?? "").split(separator: ",").compactMap {
            Self.exception(Substring($0.trimmed))
        }
    }

    /// The proxy to reach `url` by; `nil` for none.
    package func proxy(for url: ServiceURL) -> ProxyAddress? {
        guard let proxy, url.scheme == .https, !url.isLoopback else { return nil }
        return exceptions.contains { Self.matches($0, url) } ? nil : proxy
    }

    private static func exception(_ text: Substring) -> Exception? {
        if text == "*" { return .everything }
        if let slash = text.firstIndex(of: "/") {
            guard let network = IPAddress(text[..<slash]),
                let prefix = Int(text[text.index(after: slash)...])
            else { return nil }
            return .network(network, prefix: prefix)
        }
        if let address = IPAddress(text) { return .address(address, port: nil) }
        let onlySubdomains = text.hasPrefix(".") || text.hasPrefix("*.")
        let name =
            text.hasPrefix("*.") ? text.dropFirst(2) : onlySubdomains ? text.dropFirst() : text
        guard let authority = Authority(String(name)) else { return nil }
        if let address = IPAddress(authority.host) {
            return .address(address, port: authority.port)
        }
        return .host(authority.host, onlySubdomains: onlySubdomains, port: authority.port)
    }

    private static func matches(_ exception: Exception, _ url: ServiceURL) -> Bool {
        switch exception {
        case .everything:
            return true
        case .address(let address, let port):
            return IPAddress(url.host) == address
                && (port ?? url.effectivePort) == url.effectivePort
        case .network(let network, let prefix):
            return IPAddress(url.host)?.isIn(network, prefix: prefix) ?? false
        case .host(let host, let onlySubdomains, let port):
            guard (port ?? url.effectivePort) == url.effectivePort else { return false }
            return (url.host == host && !onlySubdomains) || url.host.hasSuffix("." + host)
        }
    }
}

/// The address of a proxy, and the credentials for it.
package struct ProxyAddress: Hashable, Sendable, CustomStringConvertible {
    package enum Kind: Hashable, Sendable { case http, socks }

    package let kind: Kind
    package let host: String
    package let port: UInt16
    package let user: String?
    package let password: String?

    /// `host:port`, without credentials.
    package var description: String {
        "\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }

    /// `user:password` in base64 (RFC 7617, 2); `nil` where there is no user.
    var basicCredentials: Secret? {
        user.map { Secret(Data("\($0):\(password ?? "")".utf8).base64EncodedString()) }
    }

    package init(_ text: String) throws(TransportError) {
        func refusal(_ reason: String) -> TransportError {
            .configuration(subject: "HTTPS_PROXY", reason: reason)
        }
        var rest = Substring(text.trimmed)
        var scheme = "http"
        if let range = rest.firstRange(of: "://") {
            scheme = rest[..<range.lowerBound].lowercased()
            rest = rest[range.upperBound...]
        }
        switch scheme {
        case "http": kind = .http
        case "socks5", "socks5h": kind = .socks
        case "https":
            throw refusal(
                "a proxy that is itself reached over TLS is not supported: use http:// if it also"
                    + " accepts plain connections, or add the hosts to reach without it to NO_PROXY"
            )
        default: throw refusal("a proxy URL must begin with http:// or socks5://")
        }
        if let slash = rest.firstIndex(of: "/") { rest = rest[..<slash] }
        var credentials: [Substring] = []
        if let at = rest.lastIndex(of: "@") {
            credentials = rest[..<at].split(
                separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            rest = rest[rest.index(after: at)...]
        }
        guard let authority = Authority(String(rest)) else { throw refusal("has no valid host") }
        guard kind == .http || credentials.isEmpty else {
            throw refusal("a socks5 proxy with a user name is not supported")
        }
        host = authority.host
        port = authority.port ?? (kind == .http ? 80 : 1080)
        user = credentials.first.map { PercentEncoding.decode($0) }
        password = credentials.dropFirst().first.map { PercentEncoding.decode($0) }
    }
}
