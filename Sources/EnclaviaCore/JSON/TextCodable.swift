/// A value that JSON holds as its text, ``Swift/CustomStringConvertible/description``.
package protocol TextCodable: Codable, CustomStringConvertible {
    /// The name of such a text, for the error about an invalid one: "not an RFC 3339 time: …".
    static var textName: String { get }

    /// `nil` unless `text` is the text of a value.
    init?(_ text: String)
}

extension TextCodable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = Self(text) else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "not \(Self.textName): \(text)"))
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
