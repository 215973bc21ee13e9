import FoundationEssentials

/// The one spelling of JSON that this program writes: UTF-8, keys sorted, slashes unescaped, no
/// white space, so that equal values have equal texts.
package enum JSONText {
    package static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    package static func decode<Value: Decodable>(
        _ type: Value.Type, from text: some StringProtocol
    ) throws -> Value {
        try JSONDecoder().decode(type, from: Data(text.utf8))
    }
}
