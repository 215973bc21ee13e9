/// Web addresses that come from outside and are kept on record.
package enum WebAddress {
    /// The address without user, password and query, each of which may be a secret.
    ///
    /// - Returns: `nil` for what is no `http` or `https` address with a host (RFC 3986, section 3), or
    ///   holds white space or control characters.
    package static func withoutCredentials(_ text: String) -> String? {
        guard
            let scheme = ["https://", "http://"].first(where: { text.lowercased().hasPrefix($0) }),
            text.unicodeScalars.allSatisfy({ (0x21...0x7E).contains($0.value) && $0 != "\\" })
        else { return nil }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = authority.lastIndex(of: "@").map { authority[$0...].dropFirst() } ?? authority
        guard !host.isEmpty else { return nil }

        let path = rest[authority.endIndex...]
        let fragment = path.firstIndex(of: "#").map { path[$0...] } ?? ""
        let plainPath = path.prefix { $0 != "?" && $0 != "#" }
        return "\(scheme)\(host)\(plainPath)\(fragment)"
    }
}
