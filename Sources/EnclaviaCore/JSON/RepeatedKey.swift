/// Finds a key that an object has twice. A decoder silently uses one of the two values, and other readers may use
/// the other (RFC 8259, section 4).
package enum RepeatedKey {
    private struct Object {
        var keys: Set<ArraySlice<UInt8>> = []
        var expectsKey = true
    }

    /// The first key, at any depth, that repeats an earlier key of its object; `nil` where there is none.
    ///
    /// - Parameter text: valid JSON.
    package static func first(in text: [UInt8]) -> String? {
        // A plain text repeats none.
        if JSONTape(text) != nil { return nil }
        /// The open objects, and `nil` for each open array.
        var open: [Object?] = []
        var index = 0
        while index < text.count {
            let byte = text[index]
            index += 1
            switch byte {
            case UInt8(ascii: "{"): open.append(Object())
            case UInt8(ascii: "["): open.append(nil)
            case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = open.popLast()
            case UInt8(ascii: ","):
                if !open.isEmpty { open[open.count - 1]?.expectsKey = true }
            case UInt8(ascii: "\""):
                let string = string(text, from: &index)
                guard let last = open.indices.last, open[last]?.expectsKey == true else { break }
                open[last]?.expectsKey = false
                let key = unescaped(string)
                if open[last]?.keys.insert(key).inserted == false {
                    return String(decoding: key, as: UTF8.self)
                }
            default: break
            }
        }
        return nil
    }

    /// The content of a string whose opening quotation mark has been read.
    private static func string(_ text: [UInt8], from index: inout Int) -> ArraySlice<UInt8> {
        let start = index
        while index < text.count, text[index] != UInt8(ascii: "\"") {
            index += text[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        let end = min(index, text.count)
        index = end + 1
        return text[start..<end]
    }

    /// The key without its escapes: two spellings of a key are the same key.
    private static func unescaped(_ key: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard key.contains(UInt8(ascii: "\\")) else { return key }
        let quoted = [UInt8(ascii: "\"")] + key + [UInt8(ascii: "\"")]
        let text = try? JSONText.decode(String.self, fromBytes: quoted)
        return text.map { Array($0.utf8)[...] } ?? key
    }
}
