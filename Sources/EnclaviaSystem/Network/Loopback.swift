/// The hosts that can only be this machine: `localhost`, 127.0.0.0/8 and ::1 (RFC 6761, section 6.3; RFC 6890).
package enum Loopback {
    /// - Parameter host: a name or an address, without port and brackets.
    package static func contains(_ host: some StringProtocol) -> Bool {
        host.lowercased() == "localhost" || IPAddress(host)?.isLoopback == true
    }

    /// - Parameter registry: as image references write it: `host`, `host:port`, or `[v6]:port`.
    package static func contains(registry: String) -> Bool {
        guard registry.hasPrefix("[") else { return contains(registry.prefix { $0 != ":" }) }
        let address = registry.dropFirst().prefix { $0 != "]" }
        let rest = registry.dropFirst(address.count + 1)
        guard rest == "]" || rest.hasPrefix("]:") else { return false }
        return IPAddress(address).map { $0.isVersion6 && $0.isLoopback } ?? false
    }
}
