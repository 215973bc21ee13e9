/// The character rules of image references, as the distribution project publishes them.
///
/// Source: <https://github.com/distribution/reference/blob/main/regexp.go> and the OCI distribution
/// specification 1.1, "Pulling manifests".
package enum ReferenceGrammar {
    /// The longest path component that a private namespace takes, in bytes.
    package static let componentLimit = 128
    /// The longest `registry/owner/repository`, in bytes (`NameTotalLengthMax` of the reference grammar).
    package static let nameLimit = 255
    /// The longest tag, in bytes.
    package static let tagLimit = 128

    /// Whether `text` is one path component: `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*`.
    package static func isPathComponent(_ text: Substring) -> Bool {
        var separator: [UInt8] = []
        var sawAlphanumeric = false
        for byte in text.utf8 {
            if isLowerAlphanumeric(byte) {
                guard separator.isEmpty || (sawAlphanumeric && isSeparator(separator)) else {
                    return false
                }
                separator = []
                sawAlphanumeric = true
            } else {
                separator.append(byte)
            }
        }
        return sawAlphanumeric && separator.isEmpty
    }

    /// Whether `text` is a tag: `[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}`.
    package static func isTag(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= tagLimit else { return false }
        return isWord(first)
            && text.utf8.allSatisfy {
                isWord($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
            }
    }

    /// Whether `text` has the characters of `host`, `host:port` or `[v6]:port`.
    package static func isRegistry(_ text: String) -> Bool {
        guard let first = text.utf8.first, isWord(first) || first == UInt8(ascii: "[") else {
            return false
        }
        return text.utf8.allSatisfy { isWord($0) || ".-:[]".utf8.contains($0) }
    }

    /// Whether `text` is a digest of any algorithm: `algorithm:encoded` (OCI image specification 1.1,
    /// "Digests").
    package static func isDigest(_ text: String) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return false }
        return parts[0].utf8.allSatisfy { isLowerAlphanumeric($0) || "+._-".utf8.contains($0) }
            && parts[1].utf8.allSatisfy { isWord($0) || "=-".utf8.contains($0) }
    }

    /// Whether `text` is lower-case words joined by `_`.
    package static func isSnakeCase(_ text: String) -> Bool {
        text.split(separator: "_", omittingEmptySubsequences: false).allSatisfy { word in
            !word.isEmpty && word.utf8.allSatisfy(isLowerAlphanumeric)
        }
    }

    /// Whether `text` is a UUID in canonical lower case (RFC 9562, section 4).
    package static func isUUID(_ text: [UInt8]) -> Bool {
        guard text.count == 36 else { return false }
        for (index, byte) in text.enumerated() {
            let isDash = index == 8 || index == 13 || index == 18 || index == 23
            guard isDash ? byte == UInt8(ascii: "-") : isLowerHex(byte) else { return false }
        }
        return true
    }

    /// Whether `text` is the id of a push: a UUID of version 7 in canonical lower case.
    package static func isPushID(_ text: [UInt8]) -> Bool {
        isUUID(text) && text[14] == UInt8(ascii: "7") && "89ab".utf8.contains(text[19])
    }

    private static func isSeparator(_ bytes: [UInt8]) -> Bool {
        bytes == [UInt8(ascii: ".")] || bytes == [UInt8(ascii: "_")]
            || bytes == [UInt8(ascii: "_"), UInt8(ascii: "_")]
            || bytes.allSatisfy { $0 == UInt8(ascii: "-") }
    }

    package static func isLowerAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || isDigit(byte)
    }

    package static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    package static func isUpper(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    package static func isWord(_ byte: UInt8) -> Bool {
        isLowerAlphanumeric(byte) || isUpper(byte) || byte == UInt8(ascii: "_")
    }

    package static func isLowerHex(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
