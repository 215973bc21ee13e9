/// Percent-encoding of text in URLs and forms (RFC 3986, 2.1).
package enum PercentEncoding {
    /// Encodes every byte but the unreserved ones.
    package static func encode(_ text: String) -> String {
        encode(text.utf8, keeping: isUnreserved)
    }

    /// - Parameter isKept: which bytes, all of them ASCII, stay as they are.
    package static func encode(
        _ source: some Sequence<UInt8>, keeping isKept: (UInt8) -> Bool
    ) -> String {
        var bytes: [UInt8] = []
        for byte in source {
            bytes += isKept(byte) ? [byte] : [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// `unreserved` of RFC 3986, 2.3.
    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: true
        default: false
        }
    }

    /// Decodes what can be decoded, and leaves a stray `%` as it is.
    package static func decode(_ text: some StringProtocol) -> String {
        let source = Array(text.utf8)
        var bytes: [UInt8] = []
        var index = 0
        while index < source.count {
            if source[index] == 0x25, index + 2 < source.count,
                let high = value(source[index + 1]), let low = value(source[index + 2])
            {
                bytes.append(high << 4 | low)
                index += 3
            } else {
                bytes.append(source[index])
                index += 1
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// `application/x-www-form-urlencoded`, in the order given.
    package static func form(_ fields: [(name: String, value: String)]) -> String {
        fields.map { "\(encode($0.name))=\(encode($0.value))" }.joined(separator: "&")
    }

    /// The fields of a query; the first of several with one name counts.
    package static func fields(ofQuery query: some StringProtocol) -> [String: String] {
        var fields: [String: String] = [:]
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? parts[1] : ""
            let name = decode(parts[0])
            if fields[name] == nil {
                fields[name] = decode(String(value.map { $0 == "+" ? " " : $0 }))
            }
        }
        return fields
    }

    private static let digits = Array("0123456789ABCDEF".utf8)

    private static func value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
