import Crypto

/// A content digest, `sha256:` and 64 lower-case hexadecimal digits.
///
/// Source: OCI image specification 1.1, "Descriptors", section "Digests".
package struct Digest: Hashable, Sendable, TextCodable {
    /// The 64 hexadecimal digits.
    package let hex: String

    package static let textName = "a SHA-256 digest"

    /// `nil` unless `text` is a SHA-256 digest in its canonical spelling.
    package init?(_ text: some StringProtocol) {
        guard text.hasPrefix(DigestPrefix.algorithm), let prefix = DigestPrefix(text),
            prefix.hex.utf8.count == DigestPrefix.longest
        else { return nil }
        hex = prefix.hex
    }

    /// The digest of `bytes`.
    package init(of bytes: some Sequence<UInt8>) {
        hex = Hexadecimal.encode(SHA256.hash(data: Array(bytes)))
    }

    package var description: String { DigestPrefix.algorithm + hex }
}

extension ImageReference {
    /// The reference that cannot move: `registry/owner/repository@sha256:…`.
    package func pinned(_ digest: Digest) -> String { "\(name)@\(digest)" }
}
