import EnclaviaSystem

/// An `http` or `https` URL in normal form: scheme and host in lower case, no default port,
/// no slash at the end. Two URLs of one service are equal.
///
/// Source: RFC 3986, 3 and 6.2.
package struct ServiceURL: Hashable, Sendable, CustomStringConvertible {
    package enum Scheme: String, Hashable, Sendable {
        case http, https

        var defaultPort: UInt16 { self == .http ? 80 : 443 }
    }

    package let scheme: Scheme
    /// A name, an IPv4 address, or an IPv6 address without its brackets.
    package let host: String
    /// `nil` for the scheme's default port.
    package let port: UInt16?
    /// Empty, or beginning with a slash and not ending with one.
    package let path: String

    /// Parses `text`.
    ///
    /// - Throws: ``URLFault`` naming the part that is wrong.
    package init(_ text: some StringProtocol) throws(URLFault) {
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw .badCharacter }
        guard let colon = text.firstRange(of: "://") else { throw .notHTTP }
        guard let scheme = Scheme(rawValue: text[..<colon.lowerBound].lowercased()) else {
            throw .notHTTP
        }
        let rest = text[colon.upperBound...]
        guard !rest.contains("?"), !rest.contains("#") else { throw .queryOrFragment }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = Authority(String(rest[..<slash]))
        guard !rest[..<slash].contains("@") else { throw .userInformation }
        guard let authority else { throw .badHost }
        self.scheme = scheme
        host = authority.host
        port = authority.port == scheme.defaultPort ? nil : authority.port
        var path = rest[slash...]
        while path.hasSuffix("/") { path = path.dropLast() }
        self.path = String(path)
    }

    package var description: String { "\(scheme.rawValue)://\(authority)\(path)" }

    /// `host` or `host:port`, with brackets around an IPv6 address.
    package var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port.map { "\(name):\($0)" } ?? name
    }

    /// The port that is connected to.
    package var effectivePort: UInt16 { port ?? scheme.defaultPort }

    /// Whether the service runs on this machine.
    package var isLoopback: Bool { Loopback.contains(host) }

    /// Whether secrets may be sent there: over TLS, or without leaving this machine.
    package var isConfidential: Bool { scheme == .https || isLoopback }
}

extension ServiceURL {
    /// An invalid URL without the parts that may be a user name, a password or a token: everything up to the
    /// last `@` or `%40`, an invalid port, the query and the fragment.
    package static func withoutSecrets(_ text: String) -> String {
        let start = text.firstRange(of: "://")?.upperBound ?? text.startIndex
        var rest = text[start...]
        for mark in ["@", "%40"] {
            while let range = rest.firstRange(of: mark) { rest = rest[range.upperBound...] }
        }
        rest = rest.prefix { $0 != "?" && $0 != "#" }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        var host = rest[..<slash]
        if !host.hasPrefix("["), let colon = host.firstIndex(of: ":"),
            UInt16(host[host.index(after: colon)...]) == nil
        {
            host = host[..<colon]
        }
        return "\(text[..<start])\(host)\(rest[slash...])"
    }
}

/// What is wrong with a URL.
package enum URLFault: Error, Hashable, Sendable {
    case notHTTP, badCharacter, userInformation, badHost, queryOrFragment

    /// A short phrase for error messages, which follows the name of the URL.
    var reason: String {
        switch self {
        case .notHTTP: "is not an http or https URL"
        case .badCharacter: "contains a character that a URL cannot have"
        case .userInformation: "contains a user name or a password"
        case .badHost: "has no valid host"
        case .queryOrFragment: "contains a query or a fragment"
        }
    }
}

/// A host and an optional port (RFC 3986, 3.2).
package struct Authority: Hashable, Sendable {
    /// In lower case and without brackets.
    package let host: String
    package let port: UInt16?

    /// `nil` unless `text` is `host`, `host:port`, `[v6]` or `[v6]:port`, with a host of letters,
    /// digits, dots, dashes and underscores that begins with a letter or digit.
    package init?(_ text: String) {
        var name = Substring(text)
        var digits: Substring?
        if text.hasPrefix("[") {
            guard let bracket = text.firstIndex(of: "]") else { return nil }
            name = text[text.index(after: text.startIndex)..<bracket]
            let rest = text[text.index(after: bracket)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
            digits = rest.isEmpty ? nil : rest.dropFirst()
            guard IPAddress(name)?.isVersion6 == true else { return nil }
        } else {
            if let colon = text.lastIndex(of: ":") {
                name = text[..<colon]
                digits = text[text.index(after: colon)...]
            }
            guard Self.isHostName(name) else { return nil }
        }
        host = name.lowercased()
        guard let digits else {
            port = nil
            return
        }
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = UInt16(digits), number > 0
        else { return nil }
        port = number
    }

    private static func isHostName(_ name: Substring) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= 253, isAlphanumeric(first) else {
            return false
        }
        return name.utf8.allSatisfy { isAlphanumeric($0) || [0x2D, 0x2E, 0x5F].contains($0) }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
            || (0x61...0x7A).contains(byte)
    }
}
