/// An address that a report may link to: an `https://` URL of RFC 3986 in ASCII, without user information.
package struct SecureAddress: Hashable, Sendable {
    private static let scheme = "https://"
    private static let longest = 2048

    package let text: String

    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count <= Self.longest, bytes.allSatisfy(Self.isAllowed),
            Self.areEncodingsComplete(bytes),
            text.prefix(Self.scheme.count).lowercased() == Self.scheme
        else { return nil }
        let rest = text.dropFirst(Self.scheme.count)
        let authority = rest.prefix { !"/?#".contains($0) }
        guard Self.isHostAndPort(authority) else { return nil }
        self.text = text
    }

    /// The unreserved and reserved characters, and the sign of an encoding (RFC 3986, 2).
    private static func isAllowed(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || "-._~:/?#[]@!$&'()*+,;=%".utf8.contains(byte)
    }

    private static func areEncodingsComplete(_ bytes: [UInt8]) -> Bool {
        bytes.indices.allSatisfy { index in
            guard bytes[index] == UInt8(ascii: "%") else { return true }
            let digits = bytes[(index + 1)...].prefix(2)
            return digits.count == 2 && digits.allSatisfy(isHexadecimal)
        }
    }

    /// A name or an IPv4 address, or an IPv6 address in brackets; then a port, where there is one.
    private static func isHostAndPort(_ authority: Substring) -> Bool {
        guard authority.first == "[" else {
            let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
            return parts.count <= 2 && isName(parts[0])
                && (parts.count == 1 || isPort(parts[1]))
        }
        guard let end = authority.firstIndex(of: "]") else { return false }
        let address = authority[..<end].dropFirst()
        let rest = authority[end...].dropFirst()
        return address.contains(":")
            && address.utf8.allSatisfy { isHexadecimal($0) || ":.".utf8.contains($0) }
            && (rest.isEmpty || rest.first == ":" && isPort(rest.dropFirst()))
    }

    private static func isName(_ name: Substring) -> Bool {
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        return name.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count)
                    && label.utf8.allSatisfy { isAlphanumeric($0) || "-_".utf8.contains($0) }
            }
    }

    private static func isPort(_ port: Substring) -> Bool {
        port.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            && UInt16(port).map { $0 > 0 } ?? false
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isHexadecimal(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }
}
