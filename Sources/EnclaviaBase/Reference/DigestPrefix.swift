/// The beginning of a digest: 1 to 64 lower-case hexadecimal digits.
///
/// Source: OCI image specification 1.1, "Descriptors", section "Digests".
package struct DigestPrefix: Hashable, Sendable, CustomStringConvertible {
    /// The algorithm of every digest, and the colon after it.
    package static let algorithm = "sha256:"
    /// The number of digits of a whole digest.
    package static let longest = 64

    /// The digits alone.
    package let hex: String

    /// Reads digits, with the algorithm before them or without; `nil` where `text` is anything else.
    package init?(_ text: some StringProtocol) {
        let hex = text.hasPrefix(Self.algorithm) ? text.dropFirst(Self.algorithm.count) : text[...]
        guard (1...Self.longest).contains(hex.utf8.count),
            hex.utf8.allSatisfy(ReferenceGrammar.isLowerHex)
        else { return nil }
        self.hex = String(hex)
    }

    /// The algorithm and the digits.
    package var description: String { Self.algorithm + hex }
}
