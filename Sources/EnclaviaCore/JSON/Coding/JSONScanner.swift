/// Reads JSON's grammar byte by byte.
struct JSONScanner {
    private let bytes: [UInt8]
    private var index = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { index == bytes.count }

    func fault(_ expected: String) -> JSONDocument.Fault {
        JSONDocument.Fault(offset: index, expected: expected)
    }

    private var byte: UInt8? { index < bytes.count ? bytes[index] : nil }

    mutating func skipSpace() {
        while let byte, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    /// Appends the value that begins here, and all that is in it.
    mutating func value(
        into values: inout [JSONDocument.Value], depth: Int
    ) throws(JSONDocument.Fault) {
        guard depth < JSONDocument.depthLimit else { throw fault("fewer levels") }
        switch byte {
        case UInt8(ascii: "\""): try string(into: &values)
        case UInt8(ascii: "{"): try object(into: &values, depth: depth)
        case UInt8(ascii: "["): try array(into: &values, depth: depth)
        case UInt8(ascii: "n"): try word("null", .null, into: &values)
        case UInt8(ascii: "t"): try word("true", .yes, into: &values)
        case UInt8(ascii: "f"): try word("false", .no, into: &values)
        default: try number(into: &values)
        }
    }

    private mutating func object(
        into values: inout [JSONDocument.Value], depth: Int
    ) throws(JSONDocument.Fault) {
        let place = open(.object, &values)
        if take(UInt8(ascii: "}")) { return close(place, &values) }
        while true {
            guard byte == UInt8(ascii: "\"") else { throw fault("a key") }
            try string(into: &values)
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw fault("a colon") }
            skipSpace()
            try value(into: &values, depth: depth + 1)
            skipSpace()
            if take(UInt8(ascii: "}")) { return close(place, &values) }
            guard take(UInt8(ascii: ",")) else { throw fault("a comma or a closing brace") }
            skipSpace()
        }
    }

    private mutating func array(
        into values: inout [JSONDocument.Value], depth: Int
    ) throws(JSONDocument.Fault) {
        let place = open(.array, &values)
        if take(UInt8(ascii: "]")) { return close(place, &values) }
        while true {
            try value(into: &values, depth: depth + 1)
            skipSpace()
            if take(UInt8(ascii: "]")) { return close(place, &values) }
            guard take(UInt8(ascii: ",")) else { throw fault("a comma or a closing bracket") }
            skipSpace()
        }
    }

    private mutating func open(
        _ kind: JSONDocument.Kind, _ values: inout [JSONDocument.Value]
    ) -> Int {
        values.append(.init(kind: kind, start: Int32(index), end: Int32(index), next: 0))
        index += 1
        skipSpace()
        return values.count - 1
    }

    private func close(_ place: Int, _ values: inout [JSONDocument.Value]) {
        values[place].end = Int32(index)
        values[place].next = Int32(values.count)
    }

    private mutating func take(_ wanted: UInt8) -> Bool {
        guard byte == wanted else { return false }
        index += 1
        return true
    }

    private mutating func word(
        _ word: StaticString, _ kind: JSONDocument.Kind, into values: inout [JSONDocument.Value]
    ) throws(JSONDocument.Fault) {
        let start = index
        for offset in 0..<word.utf8CodeUnitCount {
            guard take(word.utf8Start[offset]) else { throw fault("\(word)") }
        }
        add(kind, from: start, to: index, &values)
    }

    private mutating func string(
        into values: inout [JSONDocument.Value]
    ) throws(JSONDocument.Fault) {
        index += 1
        let start = index
        var isEscaped = false
        while true {
            guard let byte else { throw fault("a closing quote") }
            switch byte {
            case UInt8(ascii: "\""):
                add(.string, from: start, to: index, &values)
                values[values.count - 1].isEscaped = isEscaped
                index += 1
                return
            case UInt8(ascii: "\\"):
                isEscaped = true
                try escape()
            case 0..<0x20:
                throw fault("an escape in the place of a control character")
            default:
                index += 1
            }
        }
    }

    private func add(
        _ kind: JSONDocument.Kind, from start: Int, to end: Int,
        _ values: inout [JSONDocument.Value]
    ) {
        values.append(
            .init(
                kind: kind, start: Int32(start), end: Int32(end), next: Int32(values.count + 1)))
    }

    private mutating func escape() throws(JSONDocument.Fault) {
        guard let length = JSONEscape.length(bytes[index...]) else { throw fault("an escape") }
        index += length
    }

    private mutating func number(
        into values: inout [JSONDocument.Value]
    ) throws(JSONDocument.Fault) {
        let start = index
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits() }
        if take(UInt8(ascii: ".")) { try digits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        add(.number, from: start, to: index, &values)
    }

    private mutating func digits() throws(JSONDocument.Fault) {
        guard let byte, Grammar.isDigit(byte) else { throw fault("a value") }
        while let byte = self.byte, Grammar.isDigit(byte) { index += 1 }
    }
}
