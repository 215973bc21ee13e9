/// A JSON text taken apart: its values in the order of the text, each knowing where it ends.
///
/// Source: RFC 8259, whose grammar is kept to the letter; bytes must be UTF-8 already.
final class JSONDocument {
    enum Kind: UInt8 {
        case null, yes, no, number, string, object, array
    }

    struct Value {
        let kind: Kind
        /// A string whose text is not the value itself, because it has escapes.
        var isEscaped = false
        /// Where its text begins; for a string, after the quote.
        let start: Int32
        /// Where its text ends; for a string, before the quote.
        var end: Int32
        /// The index of the value that follows it, past all that is in it.
        var next: Int32
    }

    /// Where a text stops being JSON.
    struct Fault: Error {
        let offset: Int
        let expected: String
    }

    let bytes: [UInt8]
    let values: [Value]

    /// Deeper nesting is refused, so that no text can exhaust the stack.
    static let depthLimit = 128

    /// - Throws: ``Fault`` at the first byte that does not belong.
    init(_ bytes: [UInt8]) throws(Fault) {
        self.bytes = bytes
        var scanner = JSONScanner(bytes: bytes)
        guard bytes.count < Int(Int32.max) else { throw scanner.fault("less than 2 GiB") }
        var values: [Value] = []
        values.reserveCapacity(128)
        scanner.skipSpace()
        try scanner.value(into: &values, depth: 0)
        scanner.skipSpace()
        guard scanner.isAtEnd else { throw scanner.fault("the end of the text") }
        self.values = values
    }

    /// The text of a string value.
    func text(_ value: Value) -> String {
        let raw = bytes[Int(value.start)..<Int(value.end)]
        return value.isEscaped
            ? String(decoding: JSONEscape.unescape(raw), as: UTF8.self)
            : raw.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }

    /// The place of the member of an object that has the name `key`; of several, the first.
    func member(_ key: String, of object: Int) -> Int? {
        var key = key
        return key.withUTF8 { key in
            var place = object + 1
            let end = Int(values[object].next)
            while place < end {
                if matches(values[place], key) { return place + 1 }
                place = Int(values[place + 1].next)
            }
            return nil
        }
    }

    private func matches(_ value: Value, _ key: UnsafeBufferPointer<UInt8>) -> Bool {
        if value.isEscaped { return text(value).utf8.elementsEqual(key) }
        let start = Int(value.start)
        guard Int(value.end) - start == key.count else { return false }
        for index in key.indices where bytes[start + index] != key[index] { return false }
        return true
    }

    /// The keys and indices that lead to a place.
    func path(to place: Int) -> [any CodingKey] {
        var path: [any CodingKey] = []
        var parent = 0
        while parent != place {
            var child = parent + 1
            var index = 0
            let isObject = values[parent].kind == .object
            if isObject { child += 1 }
            while place >= Int(values[child].next) {
                child = Int(values[child].next) + (isObject ? 1 : 0)
                index += 1
            }
            path.append(
                isObject
                    ? JSONPathKey(stringValue: text(values[child - 1]))
                    : JSONPathKey(intValue: index))
            parent = child
        }
        return path
    }
}
