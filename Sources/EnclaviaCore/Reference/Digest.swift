import Crypto

/// A content digest, `sha256:` and 64 lower-case hexadecimal digits.
///
/// Source: OCI image specification 1.1, "Descriptors", section "Digests".
package struct Digest: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The 64 hexadecimal digits.
    package let hex: String

    /// `nil` unless `text` is a SHA-256 digest in its canonical spelling.
    package init?(_ text: some StringProtocol) {
        let prefix = "sha256:"
        guard text.hasPrefix(prefix) else { return nil }
        let hex = text.dropFirst(prefix.count)
        guard hex.utf8.count == 64, hex.utf8.allSatisfy(Grammar.isLowerHex) else { return nil }
        self.hex = String(hex)
    }

    /// The digest of `bytes`.
    package init(of bytes: some Sequence<UInt8>) {
        hex = Hexadecimal.encode(SHA256.hash(data: Array(bytes)))
    }

    package var description: String { "sha256:\(hex)" }

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let digest = Digest(text) else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "not a SHA-256 digest: \(text)"))
        }
        self = digest
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
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
        guard digits.count.isMultiple(of: 2), digits.allSatisfy(Grammar.isLowerHex) else {
            return nil
        }
        let values = digits.map { $0 >= UInt8(ascii: "a") ? $0 - 87 : $0 - 48 }
        return stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] }
    }
}
