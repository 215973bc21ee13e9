import EnclaviaSystem

/// The host and the port of a registry. Two names of one server are equal.
///
/// Clients give a credential helper what they have: `host`, `host:port`, or a URL with a path
/// (<https://github.com/docker/docker-credential-helpers>).
struct RegistryServer: Hashable, Sendable {
    /// In lower case; an IPv6 address has no brackets.
    let host: String
    let port: UInt16

    /// The longest name that is read, in bytes.
    private static let limit = 4096

    /// Reads `text` without its scheme and its path; the default port is 443.
    ///
    /// `nil` for anything else than a server: other schemes, user information, a query, control characters. So is
    /// a URL with `http`, but on loopback: its client would send the password in the clear.
    init?(_ text: String) {
        guard text.utf8.count <= Self.limit, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        var rest = text[...]
        var isPlain = false
        if let mark = text.firstRange(of: "://") {
            switch text[..<mark.lowerBound].lowercased() {
            case "https": break
            case "http": isPlain = true
            default: return nil
            }
            rest = text[mark.upperBound...]
        }
        guard let authority = Authority(String(rest.prefix { $0 != "/" })),
            !isPlain || Loopback.contains(authority.host)
        else { return nil }
        host = authority.host
        port = authority.port ?? (isPlain ? 80 : 443)
    }
}
