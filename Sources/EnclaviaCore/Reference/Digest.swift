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

/// The beginning of a digest: 1 to 64 lower-case hexadecimal digits.
///
/// Source: OCI image specification 1.1, "Descriptors", section "Digests".
package struct DigestPrefix: Hashable, Sendable, CustomStringConvertible {
    /// The algorithm of every digest, and the colon after it.
    package static let algorithm = "sha256:"
    /// The number of digits of a whole digest.
    static let longest = 64

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

/// Bytes as lower-case hexadecimal text.
package enum Hexadecimal {
    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes that `text` spells; `nil` unless it is an even number of lower-case digits.
    package static func decode(_ text: some StringProtocol) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2), digits.allSatisfy(ReferenceGrammar.isLowerHex) else {
            return nil
        }
        let values = digits.map { $0 >= UInt8(ascii: "a") ? $0 - 87 : $0 - 48 }
        return stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] }
    }
}
