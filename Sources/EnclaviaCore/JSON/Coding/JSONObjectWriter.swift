/// Adds members to an object.
struct JSONObjectWriter<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let builder: JSONTreeEncoder.JSONObjectBuilder
    var codingPath: [any CodingKey] { [] }

    mutating func encodeNil(forKey key: Key) { add(.literal("null"), key) }

    mutating func encode(_ value: Bool, forKey key: Key) {
        add(.literal(value ? "true" : "false"), key)
    }

    mutating func encode(_ value: String, forKey key: Key) { add(.string(value), key) }

    mutating func encode(_ value: Int, forKey key: Key) { add(.literal(String(value)), key) }

    mutating func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
        add(try JSONTreeEncoder.node(value), key)
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
        nested(key).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        let array = JSONTreeEncoder.JSONArrayBuilder()
        add(.array(array), key)
        return JSONArrayWriter(builder: array)
    }

    mutating func superEncoder() -> any Encoder { nested(JSONPathKey(stringValue: "super")) }

    mutating func superEncoder(forKey key: Key) -> any Encoder { nested(key) }

    private func add(_ node: JSONTreeEncoder.Node, _ key: some CodingKey) {
        builder.members.append((key.stringValue, node))
    }

    /// An encoder whose object is in place already.
    private func nested(_ key: some CodingKey) -> JSONTreeEncoder {
        let encoder = JSONTreeEncoder()
        let object = JSONTreeEncoder.JSONObjectBuilder()
        encoder.node = .object(object)
        add(.object(object), key)
        return encoder
    }
}

/// Adds elements to an array.
struct JSONArrayWriter: UnkeyedEncodingContainer {
    let builder: JSONTreeEncoder.JSONArrayBuilder
    var codingPath: [any CodingKey] { [] }

    var count: Int { builder.elements.count }

    mutating func encodeNil() { builder.elements.append(.literal("null")) }

    mutating func encode<T: Encodable>(_ value: T) throws {
        builder.elements.append(try JSONTreeEncoder.node(value))
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type
    ) -> KeyedEncodingContainer<NestedKey> {
        nested().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        let array = JSONTreeEncoder.JSONArrayBuilder()
        builder.elements.append(.array(array))
        return JSONArrayWriter(builder: array)
    }

    mutating func superEncoder() -> any Encoder { nested() }

    private func nested() -> JSONTreeEncoder {
        let encoder = JSONTreeEncoder()
        let object = JSONTreeEncoder.JSONObjectBuilder()
        encoder.node = .object(object)
        builder.elements.append(.object(object))
        return encoder
    }
}
