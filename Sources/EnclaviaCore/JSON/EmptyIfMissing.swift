/// A value that reads as empty where its key is missing or `null`, as in records of programs that did not know it.
@propertyWrapper
package struct EmptyIfMissing<Value: EmptyInitializable> {
    package var wrappedValue: Value

    package init(wrappedValue: Value) {
        self.wrappedValue = wrappedValue
    }
}

/// A type whose initializer without arguments makes an empty value.
package protocol EmptyInitializable {
    init()
}

extension Bool: EmptyInitializable {}
extension Dictionary: EmptyInitializable {}

extension EmptyIfMissing: Equatable where Value: Equatable {}
extension EmptyIfMissing: Hashable where Value: Hashable {}
extension EmptyIfMissing: Sendable where Value: Sendable {}

extension EmptyIfMissing: Encodable where Value: Encodable {
    package func encode(to encoder: any Encoder) throws {
        try wrappedValue.encode(to: encoder)
    }
}

extension EmptyIfMissing: Decodable where Value: Decodable {
    package init(from decoder: any Decoder) throws {
        wrappedValue = try decoder.singleValueContainer().decode(Value?.self) ?? Value()
    }
}

// The coding that the compiler synthesizes for a wrapped property calls these, not the generic methods.

extension KeyedEncodingContainer {
    package mutating func encode<Value: Encodable>(
        _ value: EmptyIfMissing<Value>, forKey key: Key
    ) throws {
        try encode(value.wrappedValue, forKey: key)
    }
}

extension KeyedDecodingContainer {
    package func decode<Value: Decodable>(
        _ type: EmptyIfMissing<Value>.Type, forKey key: Key
    ) throws -> EmptyIfMissing<Value> {
        EmptyIfMissing(wrappedValue: try decodeIfPresent(Value.self, forKey: key) ?? Value())
    }
}
