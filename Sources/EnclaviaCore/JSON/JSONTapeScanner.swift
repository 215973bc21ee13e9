/// Reads a text once; each method returns `false` where the text is not plain JSON.
struct JSONTapeScanner {
    private let text: UnsafeBufferPointer<UInt8>
    private var index = 0
    private(set) var nodes: [JSONTape.Node] = []

    private static let depthLimit = 16
    private static let keyLimit = 64
    /// Fits in an `Int64`.
    private static let digitLimit = 18

    init(_ text: UnsafeBufferPointer<UInt8>) {
        self.text = text
        nodes.reserveCapacity(128)
    }

    mutating func whole() -> Bool {
        guard value(depth: 0) else { return false }
        skipSpace()
        return index == text.count
    }

    private mutating func value(depth: Int) -> Bool {
        skipSpace()
        guard index < text.count, depth < Self.depthLimit else { return false }
        switch text[index] {
        case UInt8(ascii: "{"): return container(.object, UInt8(ascii: "}"), depth)
        case UInt8(ascii: "["): return container(.array, UInt8(ascii: "]"), depth)
        case UInt8(ascii: "\""): return string(isKey: false)
        case UInt8(ascii: "t"): return word("true", .truth)
        case UInt8(ascii: "f"): return word("false", .falsehood)
        case UInt8(ascii: "n"): return word("null", .null)
        default: return integer()
        }
    }

    private mutating func container(_ kind: JSONTape.Kind, _ close: UInt8, _ depth: Int) -> Bool {
        let start = nodes.count
        add(kind, index..<index)
        index += 1
        skipSpace()
        if take(close) { return true }
        var (keys, areSorted) = (0, true)
        var before: Range<Int32>?
        repeat {
            if kind == .object {
                skipSpace()
                keys += 1
                let key = nodes.count
                guard keys <= Self.keyLimit, string(isKey: true) else { return false }
                areSorted = areSorted && before.map { precedes($0, nodes[key].bytes) } ?? true
                guard areSorted || isNew(key, in: start) else { return false }
                before = nodes[key].bytes
                skipSpace()
                guard take(UInt8(ascii: ":")) else { return false }
            }
            guard value(depth: depth + 1) else { return false }
            skipSpace()
        } while take(UInt8(ascii: ","))
        nodes[start].next = Int32(nodes.count)
        return take(close)
    }

    /// Whether no key before it in its object is the same.
    private func isNew(_ key: Int, in object: Int) -> Bool {
        let bytes = nodes[key].bytes
        var other = object + 1
        while other < key {
            if isSame(nodes[other].bytes, bytes) { return false }
            other = Int(nodes[other + 1].next)
        }
        return true
    }

    private func isSame(_ left: Range<Int32>, _ right: Range<Int32>) -> Bool {
        left.count == right.count
            && (0..<left.count).allSatisfy {
                text[Int(left.lowerBound) + $0] == text[Int(right.lowerBound) + $0]
            }
    }

    private func precedes(_ left: Range<Int32>, _ right: Range<Int32>) -> Bool {
        for offset in 0..<min(left.count, right.count) {
            let (one, other) = (
                text[Int(left.lowerBound) + offset], text[Int(right.lowerBound) + offset]
            )
            if one != other { return one < other }
        }
        return left.count < right.count
    }

    private mutating func string(isKey: Bool) -> Bool {
        guard take(UInt8(ascii: "\"")) else { return false }
        let start = index
        while index < text.count, text[index] != UInt8(ascii: "\"") {
            let byte = text[index]
            guard byte >= 0x20, byte != UInt8(ascii: "\\"), byte < 0x80 || !isKey else {
                return false
            }
            index += 1
        }
        add(.text, start..<index)
        return take(UInt8(ascii: "\""))
    }

    private mutating func word(_ word: StaticString, _ kind: JSONTape.Kind) -> Bool {
        let end = index + word.utf8CodeUnitCount
        guard end <= text.count,
            text[index..<end].elementsEqual(
                UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
        else { return false }
        add(kind, index..<end)
        index = end
        return true
    }

    private mutating func integer() -> Bool {
        let start = index
        _ = take(UInt8(ascii: "-"))
        let digits = index
        while index < text.count, UInt8(ascii: "0")...UInt8(ascii: "9") ~= text[index] {
            index += 1
        }
        add(.integer, start..<index)
        // Neither nothing, nor 007, nor -0; what stands behind a fraction's integer is refused as no separator.
        return 1...Self.digitLimit ~= index - digits
            && (text[digits] != UInt8(ascii: "0") || index - start == 1)
    }

    private mutating func add(_ kind: JSONTape.Kind, _ bytes: Range<Int>) {
        nodes.append(
            JSONTape.Node(
                kind: kind, bytes: Int32(bytes.lowerBound)..<Int32(bytes.upperBound),
                next: Int32(nodes.count + 1)))
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard index < text.count, text[index] == byte else { return false }
        index += 1
        return true
    }

    private mutating func skipSpace() {
        while index < text.count, text[index] <= 0x20,
            [0x20, 0x09, 0x0A, 0x0D].contains(text[index])
        {
            index += 1
        }
    }
}
