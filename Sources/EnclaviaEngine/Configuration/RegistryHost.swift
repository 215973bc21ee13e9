/// A registry's host, as references write it.
package enum RegistryHost {
    /// Whether `host` or `host:port` can only be this machine (RFC 6761, section 6.3; RFC 1122, section
    /// 3.2.1.3; RFC 4291, section 2.5.3).
    package static func isLoopback(_ registry: String) -> Bool {
        if registry == "[::1]" || registry.hasPrefix("[::1]:") { return true }
        let host = registry.prefix { $0 != ":" }
        if host == "localhost" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
