/// The elements of an array, one after the other.
struct JSONArrayReader: UnkeyedDecodingContainer {
    let decoder: JSONTreeDecoder
    private var place: Int
    private(set) var currentIndex = 0

    init(decoder: JSONTreeDecoder) {
        self.decoder = decoder
        place = decoder.place + 1
    }

    var codingPath: [any CodingKey] { decoder.codingPath }

    var count: Int? {
        var count = 0
        var place = decoder.place + 1
        while place < decoder.value.next {
            place = Int(decoder.document.values[place].next)
            count += 1
        }
        return count
    }

    var isAtEnd: Bool { place >= decoder.value.next }

    mutating func decodeNil() throws -> Bool {
        guard try element(Any?.self).decodeNil() else { return false }
        advance()
        return true
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        let value = try element(type).decode(type)
        advance()
        return value
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type
    ) throws -> KeyedDecodingContainer<NestedKey> {
        let container = try element([String: Any].self).container(keyedBy: type)
        advance()
        return container
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let container = try element([Any].self).unkeyedContainer()
        advance()
        return container
    }

    mutating func superDecoder() throws -> any Decoder {
        let element = try element(Any.self)
        advance()
        return element
    }

    private func element(_ type: Any.Type) throws -> JSONTreeDecoder {
        guard !isAtEnd else {
            throw DecodingError.valueNotFound(
                type, .init(codingPath: codingPath, debugDescription: "the array has ended"))
        }
        return decoder.at(place)
    }

    private mutating func advance() {
        place = Int(decoder.document.values[place].next)
        currentIndex += 1
    }
}
