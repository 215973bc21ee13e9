/// A JSON Schema of the draft 2020-12, with the keywords that this program's results need.
///
/// Source: <https://json-schema.org/draft/2020-12/json-schema-validation>.
package indirect enum JSONSchema: Sendable {
    case text
    /// Text that matches a regular expression.
    case pattern(String)
    /// One of these words.
    case words([String])
    /// This number, and no other.
    case constant(Int)
    /// This truth value, and no other.
    case truth(Bool)
    case integer(minimum: Int)
    case number
    case boolean
    case array(of: JSONSchema)
    /// An object with any keys.
    case map(to: JSONSchema)
    /// An object with these required and these optional keys. Newer versions may add keys, so none is forbidden.
    case object([Key], optional: [Key] = [])
    case null
    case nullable(JSONSchema)
    case either([JSONSchema])

    /// A key, what it holds, and what that means.
    package struct Key: Sendable {
        package let name: String
        package let schema: JSONSchema
        package let meaning: String?

        package init(_ name: String, _ schema: JSONSchema, _ meaning: String? = nil) {
            self.name = name
            self.schema = schema
            self.meaning = meaning
        }
    }
}

extension JSONSchema: Encodable {
    private struct Keyword: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
        init(_ name: String) { stringValue = name }
    }

    package func encode(to encoder: any Encoder) throws {
        try encode(to: encoder, meaning: nil)
    }

    private func encode(to encoder: any Encoder, meaning: String?) throws {
        var object = encoder.container(keyedBy: Keyword.self)
        try object.encodeIfPresent(meaning, forKey: Keyword("description"))
        func put(_ keyword: String, _ value: some Encodable) throws {
            try object.encode(value, forKey: Keyword(keyword))
        }
        switch self {
        case .null: try put("type", "null")
        case .text: try put("type", "string")
        case .pattern(let pattern):
            try put("type", "string")
            try put("pattern", pattern)
        case .words(let words): try put("enum", words)
        case .constant(let number): try put("const", number)
        case .truth(let truth): try put("const", truth)
        case .integer(let minimum):
            try put("type", "integer")
            try put("minimum", minimum)
        case .number: try put("type", "number")
        case .boolean: try put("type", "boolean")
        case .array(let element):
            try put("type", "array")
            try put("items", element)
        case .map(let value):
            try put("type", "object")
            try put("additionalProperties", value)
        case .object(let keys, let optional):
            try put("type", "object")
            try put("required", keys.map(\.name))
            var properties = object.nestedContainer(
                keyedBy: Keyword.self, forKey: Keyword("properties"))
            for key in keys + optional {
                let nested = properties.superEncoder(forKey: Keyword(key.name))
                try key.schema.encode(to: nested, meaning: key.meaning)
            }
        case .nullable(let schema): try put("anyOf", [schema, .null])
        case .either(let schemas): try put("anyOf", schemas)
        }
    }
}

/// A type whose JSON text has a schema, which stands beside its coding keys.
package protocol JSONDescribed: Encodable {
    static var jsonSchema: JSONSchema { get }
}

extension JSONDescribed {
    package typealias Key = JSONSchema.Key
}

extension Array: JSONDescribed where Element: JSONDescribed {
    package static var jsonSchema: JSONSchema { .array(of: Element.jsonSchema) }
}

extension String: JSONDescribed {
    package static let jsonSchema = JSONSchema.text
}

extension JSONSchema {
    /// The schema of a type.
    package static func of(_ type: (some JSONDescribed).Type) -> JSONSchema { type.jsonSchema }

    package static let digest = JSONSchema.pattern("^sha256:[0-9a-f]{64}$")
    /// An event's hash, in hexadecimal digits.
    package static let hash = JSONSchema.pattern("^[0-9a-f]{64}$")
    package static let pushID = JSONSchema.pattern(
        "^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
    /// RFC 3339 in UTC with milliseconds.
    package static let time = JSONSchema.pattern(
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$")
    package static let count = JSONSchema.integer(minimum: 0)
    /// The key with the version of a whole result.
    package static let version = JSONSchema.Key("schema_version", .constant(1))

    /// The raw values of an enumeration.
    package static func cases<Word: RawRepresentable<String> & CaseIterable>(
        of type: Word.Type
    ) -> JSONSchema {
        .words(type.allCases.map(\.rawValue))
    }
}
