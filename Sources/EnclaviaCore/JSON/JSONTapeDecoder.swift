/// Decodes a value of a ``JSONTape``, in less than half the time that Foundation's decoder takes.
///
/// Its errors say nothing: Foundation's decoder then reads the text again, and its result or its error counts. So
/// its only duty is to throw wherever it does not know the value that Foundation's decoder returns.
package struct JSONTapeDecoder: Decoder {
    let tape: JSONTape
    let index: Int

    package var codingPath: [any CodingKey] { [] }
    package var userInfo: [CodingUserInfoKey: Any] { [:] }

    /// Decodes the whole text; `nil` if Foundation's decoder has to.
    package static func decode<Value: Decodable>(_ type: Value.Type, _ tape: JSONTape) -> Value? {
        guard let value = try? Value(from: JSONTapeDecoder(tape: tape, index: 0)),
            !tape.hasFailed
        else { return nil }
        return value
    }

    package func container<Key: CodingKey>(
        keyedBy type: Key.Type
    ) throws -> KeyedDecodingContainer<Key> {
        guard kind == .object else { throw failure() }
        return KeyedDecodingContainer(TapeObject(decoder: self))
    }

    package func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard kind == .array else { throw failure() }
        return TapeArray(decoder: self)
    }

    package func singleValueContainer() -> any SingleValueDecodingContainer { self }

    fileprivate var kind: JSONTape.Kind { tape.nodes[index].kind }

    fileprivate func at(_ index: Int) -> JSONTapeDecoder {
        JSONTapeDecoder(tape: tape, index: index)
    }

    fileprivate func failure() -> NotPlain {
        tape.hasFailed = true
        return NotPlain()
    }

    struct NotPlain: Error {}
}

extension JSONTapeDecoder: SingleValueDecodingContainer {
    package func decodeNil() -> Bool { kind == .null }

    package func decode(_ type: Bool.Type) throws -> Bool {
        guard kind == .truth || kind == .falsehood else { throw failure() }
        return kind == .truth
    }

    package func decode(_ type: String.Type) throws -> String {
        guard kind == .text else { throw failure() }
        return tape.string(index)
    }

    package func decode(_ type: Int.Type) throws -> Int { Int(try decode(Int64.self)) }

    package func decode(_ type: Int64.Type) throws -> Int64 {
        guard kind == .integer else { throw failure() }
        return tape.integer(index)
    }

    package func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        // These decode themselves by this method.
        guard !(type is any Numeric.Type) else { throw failure() }
        return try Value(from: self)
    }
}

private struct TapeObject<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: JSONTapeDecoder

    var codingPath: [any CodingKey] { [] }

    private var tape: JSONTape { decoder.tape }

    var allKeys: [Key] {
        var keys: [Key] = []
        var index = decoder.index + 1
        while index < Int(tape.nodes[decoder.index].next) {
            if let key = Key(stringValue: tape.string(index)) { keys.append(key) }
            index = Int(tape.nodes[index + 1].next)
        }
        return keys
    }

    func contains(_ key: Key) -> Bool { find(key) != nil }

    private func find(_ key: Key) -> JSONTapeDecoder? {
        tape.value(of: key.stringValue, in: decoder.index).map(decoder.at)
    }

    /// The value of a key, unless that is missing or `null`.
    private func present(_ key: Key) -> JSONTapeDecoder? {
        find(key).flatMap { $0.kind == .null ? nil : $0 }
    }

    private func required(_ key: Key) throws -> JSONTapeDecoder {
        guard let value = find(key) else { throw decoder.failure() }
        return value
    }

    func decodeNil(forKey key: Key) throws -> Bool { try required(key).decodeNil() }

    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool {
        try required(key).decode(type)
    }

    func decode(_ type: String.Type, forKey key: Key) throws -> String {
        try required(key).decode(type)
    }

    func decode(_ type: Int.Type, forKey key: Key) throws -> Int {
        try required(key).decode(type)
    }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try Value(from: try required(key))
    }

    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? {
        try present(key)?.decode(type)
    }

    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
        try present(key)?.decode(type)
    }

    func decodeIfPresent<Value: Decodable>(
        _ type: Value.Type, forKey key: Key
    ) throws -> Value? {
        try present(key).map { try Value(from: $0) }
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try required(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try required(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { throw decoder.failure() }

    func superDecoder(forKey key: Key) throws -> any Decoder { try required(key) }
}

private struct TapeArray: UnkeyedDecodingContainer {
    let decoder: JSONTapeDecoder
    private var next: Int
    private(set) var currentIndex = 0

    init(decoder: JSONTapeDecoder) {
        self.decoder = decoder
        next = decoder.index + 1
    }

    var codingPath: [any CodingKey] { [] }
    var count: Int? { nil }
    var isAtEnd: Bool { next >= Int(decoder.tape.nodes[decoder.index].next) }

    private mutating func element() throws -> JSONTapeDecoder {
        guard !isAtEnd else { throw decoder.failure() }
        let element = decoder.at(next)
        next = Int(decoder.tape.nodes[next].next)
        currentIndex += 1
        return element
    }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd, decoder.at(next).kind == .null else { return false }
        _ = try element()
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try Value(from: try element())
    }

    mutating func nestedContainer<Key: CodingKey>(
        keyedBy type: Key.Type
    ) throws -> KeyedDecodingContainer<Key> {
        try element().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try element().unkeyedContainer()
    }

    mutating func superDecoder() throws -> any Decoder { try element() }
}
