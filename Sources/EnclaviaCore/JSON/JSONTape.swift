/// The values of a plain JSON text, in their order in the text, for ``JSONTapeDecoder``.
///
/// A text is plain if it has at most ``lengthLimit`` bytes, nothing in it is escaped, its keys are ASCII and no object
/// has a key twice, and its numbers are integers of few digits; ``JSONTapeScanner`` has the other limits. Most texts
/// that this program writes are plain: those in which no string needs an escape.
package final class JSONTape {
    enum Kind: UInt8 {
        case null, truth, falsehood, integer, text, array, object
    }

    /// A value, or a key, which stands before its value.
    struct Node {
        let kind: Kind
        /// The bytes of an integer, or of a text between its quotation marks.
        let bytes: Range<Int32>
        /// The index of the node after this one and all in it.
        var next: Int32
    }

    let text: [UInt8]
    let nodes: [Node]
    /// Whether a decoder found a value that it cannot decode. Types that try one form after another may hide that.
    var hasFailed = false

    private static let lengthLimit = 1 << 16

    /// Reads a text, whether or not it is what a decoder will look for.
    ///
    /// - Parameter text: valid UTF-8.
    /// - Returns: `nil` if the text is not plain, or not JSON.
    package init?(_ text: [UInt8]) {
        guard text.count <= Self.lengthLimit else { return nil }
        let nodes = text.withUnsafeBufferPointer { text in
            var scanner = JSONTapeScanner(text)
            return scanner.whole() ? scanner.nodes : nil
        }
        guard let nodes else { return nil }
        self.text = text
        self.nodes = nodes
    }

    /// Whether a text of a node is that string.
    func isText(_ index: Int, _ string: String) -> Bool {
        let bytes = nodes[index].bytes
        guard string.utf8.count == bytes.count else { return false }
        var index = Int(bytes.lowerBound)
        for byte in string.utf8 {
            guard text[index] == byte else { return false }
            index += 1
        }
        return true
    }

    func string(_ index: Int) -> String {
        let bytes = nodes[index].bytes
        return text.withUnsafeBufferPointer {
            String(
                decoding: $0[Int(bytes.lowerBound)..<Int(bytes.upperBound)], as: UTF8.self)
        }
    }

    func integer(_ index: Int) -> Int64 {
        let bytes = nodes[index].bytes
        var (value, isNegative): (Int64, Bool) = (0, false)
        for byte in text[Int(bytes.lowerBound)..<Int(bytes.upperBound)] {
            if byte == UInt8(ascii: "-") {
                isNegative = true
            } else {
                value = value * 10 + Int64(byte - UInt8(ascii: "0"))
            }
        }
        return isNegative ? -value : value
    }

    /// The index of a key's value in an object; `nil` if the object does not have the key.
    func value(of key: String, in object: Int) -> Int? {
        var index = object + 1
        let end = Int(nodes[object].next)
        while index < end {
            if isText(index, key) { return index + 1 }
            index = Int(nodes[index + 1].next)
        }
        return nil
    }
}
