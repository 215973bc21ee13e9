/// An encoder that builds a tree and writes it with its keys in the order of their UTF-8 bytes.
///
/// Foundation's takes 97 µs for a push record; see ``JSONTreeDecoder``.
final class JSONTreeEncoder: Encoder {
    /// One value of the tree.
    enum Node {
        /// A text that needs no escape: a number, `null`, `true`, `false`.
        case literal(String)
        case string(String)
        case object(JSONObjectBuilder)
        case array(JSONArrayBuilder)
    }

    final class JSONObjectBuilder {
        var members: [(key: String, value: Node)] = []

        init() {
            members.reserveCapacity(32)
        }
    }

    final class JSONArrayBuilder {
        var elements: [Node] = []
    }

    var node: Node?
    var userInfo: [CodingUserInfoKey: Any] { [:] }
    /// Always empty: an error here could only be a number that is none.
    var codingPath: [any CodingKey] { [] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        let builder: JSONObjectBuilder
        if case .object(let begun) = node { builder = begun } else { builder = JSONObjectBuilder() }
        node = .object(builder)
        return KeyedEncodingContainer(
            JSONObjectWriter<Key>(builder: builder))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        let builder: JSONArrayBuilder
        if case .array(let begun) = node { builder = begun } else { builder = JSONArrayBuilder() }
        node = .array(builder)
        return JSONArrayWriter(builder: builder)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    /// What `value` encodes to. One that encodes nothing is an empty object, as Foundation has it.
    static func node(_ value: some Encodable) throws -> Node {
        let encoder = JSONTreeEncoder()
        try value.encode(to: encoder)
        return encoder.node ?? .object(JSONObjectBuilder())
    }

    static func write(_ node: Node, to bytes: inout [UInt8]) {
        switch node {
        case .literal(let text):
            bytes += text.utf8
        case .string(let text):
            JSONEscape.append(text, to: &bytes)
        case .array(let array):
            var separator = UInt8(ascii: "[")
            for element in array.elements {
                bytes.append(separator)
                write(element, to: &bytes)
                separator = UInt8(ascii: ",")
            }
            if array.elements.isEmpty { bytes.append(separator) }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object):
            var separator = UInt8(ascii: "{")
            for member in object.members.sorted(by: { precedes($0.key, $1.key) }) {
                bytes.append(separator)
                JSONEscape.append(member.key, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                write(member.value, to: &bytes)
                separator = UInt8(ascii: ",")
            }
            if object.members.isEmpty { bytes.append(separator) }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }
}

extension JSONTreeEncoder: SingleValueEncodingContainer {
    func encodeNil() { node = .literal("null") }
    func encode(_ value: Bool) { node = .literal(value ? "true" : "false") }
    func encode(_ value: String) { node = .string(value) }
    func encode(_ value: Int) { node = .literal(String(value)) }
    func encode(_ value: Int8) { node = .literal(String(value)) }
    func encode(_ value: Int16) { node = .literal(String(value)) }
    func encode(_ value: Int32) { node = .literal(String(value)) }
    func encode(_ value: Int64) { node = .literal(String(value)) }
    func encode(_ value: UInt) { node = .literal(String(value)) }
    func encode(_ value: UInt8) { node = .literal(String(value)) }
    func encode(_ value: UInt16) { node = .literal(String(value)) }
    func encode(_ value: UInt32) { node = .literal(String(value)) }
    func encode(_ value: UInt64) { node = .literal(String(value)) }
    func encode(_ value: Float) throws { try encode(Double(value)) }

    /// - Throws: `EncodingError.invalidValue` for what JSON has no number for.
    func encode(_ value: Double) throws {
        guard value.isFinite else {
            throw EncodingError.invalidValue(
                value, .init(codingPath: codingPath, debugDescription: "JSON has no \(value)"))
        }
        node = .literal("\(value)")
    }

    func encode<T: Encodable>(_ value: T) throws { try value.encode(to: self) }
}
