/// The one spelling of JSON that this program writes: UTF-8, keys sorted by their bytes, slashes
/// unescaped, no white space, so that equal values have equal texts.
package enum JSONText {
    /// - Throws: `EncodingError`.
    package static func encode(_ value: some Encodable) throws -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(2048)
        JSONTreeEncoder.write(try JSONTreeEncoder.node(value), to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// - Throws: `DecodingError`.
    package static func decode<Value: Decodable>(
        _ type: Value.Type, from text: some StringProtocol
    ) throws -> Value {
        try decode(type, checked: Array(text.utf8))
    }

    /// Like ``decode(_:from:)``, from bytes that may not even be UTF-8.
    package static func decode<Value: Decodable>(
        _ type: Value.Type, fromBytes bytes: [UInt8]
    ) throws -> Value {
        let isASCII = bytes.allSatisfy { $0 < 0x80 }
        guard isASCII || String(validating: bytes, as: UTF8.self) != nil else {
            throw corrupted("it is not UTF-8")
        }
        return try decode(type, checked: bytes)
    }

    private static func decode<Value: Decodable>(
        _ type: Value.Type, checked bytes: [UInt8]
    ) throws -> Value {
        do {
            let document = try JSONDocument(bytes)
            return try Value(from: JSONTreeDecoder(document: document, place: 0))
        } catch let fault as JSONDocument.Fault {
            throw corrupted("expected \(fault.expected) at byte \(fault.offset + 1)")
        }
    }

    private static func corrupted(_ description: String) -> DecodingError {
        .dataCorrupted(.init(codingPath: [], debugDescription: description))
    }
}
