import EnclaviaCore
import EnclaviaSystem

/// A PostgreSQL database, by the name of a service or by a URL.
///
/// It holds no password, which would be in the lists of processes: `PGPASSFILE` and `PGSERVICEFILE` hold them.
///
/// Source: PostgreSQL, libpq, "Connection URIs" and "The Connection Service File".
package struct HistoryRemote: Hashable, Sendable {
    /// As typed.
    package let text: String
    /// The name of the service; `nil` for a URL.
    let service: String?
    /// The decoded parameters of a URL.
    let parameters: [String: String]
    /// Whether all hosts of a URL are directories of Unix sockets.
    let isLocal: Bool

    private static let servicePrefix = "service="
    private static let schemes = ["postgresql://", "postgres://"]
    /// What a URL may set: neither what is a secret, nor what changes how the server understands statements.
    private static let allowed: Set = [
        "host", "hostaddr", "port", "dbname", "user", "passfile", "sslmode", "sslrootcert",
        "sslcert", "sslkey", "sslcrl", "sslcrldir", "sslcertmode", "sslnegotiation", "sslsni",
        "sslcompression", "ssl_min_protocol_version", "ssl_max_protocol_version", "requirepeer",
        "require_auth", "channel_binding", "gssencmode", "gsslib", "gssdelegation", "krbsrvname",
        "target_session_attrs", "load_balance_hosts", "connect_timeout", "tcp_user_timeout",
        "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count",
        "application_name",
    ]

    /// - Throws: ``RemoteAddressFault``.
    package init(_ text: String) throws(RemoteAddressFault) {
        self.text = text
        if text.hasPrefix(Self.servicePrefix) {
            let name = text.dropFirst(Self.servicePrefix.count)
            guard !name.isEmpty, name.utf8.allSatisfy(Self.isOfService) else { throw .service }
            service = String(name)
            parameters = [:]
            isLocal = false
            return
        }
        guard let scheme = Self.schemes.first(where: text.hasPrefix) else {
            throw text.isEmpty ? .missing : .unknownForm
        }
        service = nil
        let rest = text.dropFirst(scheme.count)
        guard !Self.hasPassword(rest) else { throw .password }
        // libpq takes a question mark before the @ as one of the user's name.
        let user = rest.prefix { $0 != "@" && $0 != "/" }
        guard user.endIndex == rest.endIndex || rest[user.endIndex] == "/" || !user.contains("?")
        else {
            throw .encoding
        }
        let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let hosts = try Self.hosts(parts[0])
        parameters = try Self.parameters(parts.count > 1 ? parts[1] : "")
        let all = hosts + (parameters["host"].map { [$0] } ?? [])
        isLocal =
            parameters["hostaddr"] == nil && all.allSatisfy { $0.isEmpty || $0.hasPrefix("/") }
    }

    private static func isOfService(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// The user's name ends at the first `@` before a slash (libpq, `conninfo_uri_parse_options`), and with it the
    /// password begins after a colon. A colon that is encoded is one of the name; nobody has such a name, but a typing
    /// error may make it. Any other `@` may be the end of a password with a slash or an `@` in it.
    private static func hasPassword(_ rest: Substring) -> Bool {
        let end = rest.firstIndex { $0 == "@" || $0 == "/" } ?? rest.endIndex
        guard end < rest.endIndex, rest[end] == "@" else { return rest.contains("@") }
        return PercentEncoding.decode(rest[..<end]).contains(":")
            || rest[rest.index(after: end)...].contains("@")
    }

    /// The hosts of the part before the parameters, decoded.
    private static func hosts(_ part: Substring) throws(RemoteAddressFault) -> [String] {
        guard isEncoded(part) else { throw .encoding }
        let end = part.firstIndex { $0 == "/" } ?? part.endIndex
        var authority = part[..<end]
        if let at = authority.firstIndex(of: "@") {
            authority = authority[authority.index(after: at)...]
        }
        var hosts: [String] = []
        for host in authority.split(separator: ",", omittingEmptySubsequences: false) {
            var (name, port) = (host, Substring())
            if host.hasPrefix("["), let close = host.firstIndex(of: "]") {
                name = host[...close]
                port = host[host.index(after: close)...]
                guard port.isEmpty || port.hasPrefix(":") else { throw .port }
                port = port.dropFirst()
            } else if let colon = host.firstIndex(of: ":") {
                name = host[..<colon]
                port = host[host.index(after: colon)...]
            }
            guard port.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { throw .port }
            hosts.append(PercentEncoding.decode(name))
        }
        return hosts
    }

    private static func parameters(
        _ query: Substring
    ) throws(RemoteAddressFault) -> [String: String] {
        guard isEncoded(query) else { throw .encoding }
        var parameters: [String: String] = [:]
        for pair in query.split(separator: "&", omittingEmptySubsequences: true) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = PercentEncoding.decode(parts[0])
            guard !name.lowercased().contains("password") else { throw .password }
            guard allowed.contains(name) else { throw .parameter(name) }
            parameters[name] = parts.count > 1 ? PercentEncoding.decode(parts[1]) : ""
        }
        return parameters
    }

    /// Whether each `%` begins an encoded byte, and none of them is a control character.
    private static func isEncoded(_ part: Substring) -> Bool {
        let bytes = Array(part.utf8)
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "%") {
            guard index + 2 < bytes.count,
                let high = Character(Unicode.Scalar(bytes[index + 1])).hexDigitValue,
                let low = Character(Unicode.Scalar(bytes[index + 2])).hexDigitValue,
                high * 16 + low >= 0x20, high * 16 + low != 0x7F
            else { return false }
        }
        return !bytes.contains { $0 < 0x21 || $0 == 0x7F }
    }
}
