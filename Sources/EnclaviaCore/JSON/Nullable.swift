/// A value whose absence is written as `null`, where a coder would leave its key out. A key that is missing reads as
/// `null`.
@propertyWrapper
package struct Nullable<Value> {
    package var wrappedValue: Value?

    package init(wrappedValue: Value?) {
        self.wrappedValue = wrappedValue
    }
}

extension Nullable: Equatable where Value: Equatable {}
extension Nullable: Hashable where Value: Hashable {}
extension Nullable: Sendable where Value: Sendable {}

extension Nullable: Encodable where Value: Encodable {
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(wrappedValue)
    }
}

extension Nullable: Decodable where Value: Decodable {
    package init(from decoder: any Decoder) throws {
        wrappedValue = try decoder.singleValueContainer().decode(Value?.self)
    }
}

// The coding that the compiler synthesizes for a wrapped property calls these, not the generic methods.

extension KeyedEncodingContainer {
    package mutating func encode<Value: Encodable>(
        _ value: Nullable<Value>, forKey key: Key
    ) throws {
        guard let value = value.wrappedValue else { return try encodeNil(forKey: key) }
        try encode(value, forKey: key)
    }

    /// Faster than the generic method, for texts, which most fields are.
    package mutating func encode(_ value: Nullable<String>, forKey key: Key) throws {
        guard let text = value.wrappedValue else { return try encodeNil(forKey: key) }
        try encode(text, forKey: key)
    }
}

extension KeyedDecodingContainer {
    package func decode<Value: Decodable>(
        _ type: Nullable<Value>.Type, forKey key: Key
    ) throws -> Nullable<Value> {
        Nullable(wrappedValue: try decodeIfPresent(Value.self, forKey: key))
    }

    package func decode(
        _ type: Nullable<String>.Type, forKey key: Key
    ) throws -> Nullable<String> {
        Nullable(wrappedValue: try decodeIfPresent(String.self, forKey: key))
    }
}
