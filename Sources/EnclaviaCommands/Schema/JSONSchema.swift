/// A JSON Schema of the draft 2020-12, of the keywords that this program's results need.
///
/// Source: <https://json-schema.org/draft/2020-12/json-schema-validation>.
indirect enum JSONSchema: Sendable {
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
    /// An object with these keys, all of which are there, and perhaps these others. Newer versions may
    /// add keys, so none is forbidden.
    case object([Key], optional: [Key] = [])
    case null
    case nullable(JSONSchema)
    case either([JSONSchema])

    /// A key, what it holds, and what that means.
    struct Key: Sendable {
        let name: String
        let schema: JSONSchema
        let meaning: String?

        init(_ name: String, _ schema: JSONSchema, _ meaning: String? = nil) {
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

    func encode(to encoder: any Encoder) throws {
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
