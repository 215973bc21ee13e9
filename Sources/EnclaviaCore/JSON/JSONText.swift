import FoundationEssentials

/// The one spelling of JSON that this program writes: UTF-8, keys sorted, slashes unescaped, no white
/// space, so that equal values have equal texts.
package enum JSONText {
    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()
    private static let decoder = JSONDecoder()

    /// - Throws: `EncodingError`.
    package static func encode(_ value: some Encodable) throws -> String {
        String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// The JSON of a string, most of which need no escape; `null` for `nil`.
    ///
    /// - Throws: `EncodingError`.
    package static func string(_ text: String?) throws -> String {
        guard let text else { return "null" }
        return text.utf8.allSatisfy(isPlain) ? "\"\(text)\"" : try encode(text)
    }

    /// Whether a byte of a string needs no escape, whoever encodes it.
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    /// - Throws: `DecodingError`.
    package static func decode<Value: Decodable>(
        _ type: Value.Type, from text: some StringProtocol
    ) throws -> Value {
        try decode(type, fromBytes: Array(text.utf8))
    }

    /// Like ``decode(_:from:)``, from bytes that need not be UTF-8.
    ///
    /// Foundation guesses the encoding from zeros and byte order marks (RFC 4627, section 3); JSON lines
    /// have neither.
    package static func decode<Value: Decodable>(
        _ type: Value.Type, fromBytes bytes: [UInt8]
    ) throws -> Value {
        guard !bytes.contains(0), bytes.first != 0xEF,
            String(validating: bytes, as: UTF8.self) != nil
        else { throw corrupted("it is not UTF-8") }
        if let tape = JSONTape(bytes), let value = JSONTapeDecoder.decode(type, tape) {
            return value
        }
        return try decoder.decode(type, from: Data(bytes))
    }

    private static func corrupted(_ description: String) -> DecodingError {
        .dataCorrupted(.init(codingPath: [], debugDescription: description))
    }
}
