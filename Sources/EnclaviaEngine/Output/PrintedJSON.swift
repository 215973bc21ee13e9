import EnclaviaCore

/// Finds the requested JSON among other text on a client's standard output.
///
/// Scripts under the client's name print notices there, before or after the JSON.
enum PrintedJSON {
    /// The most places that are tried.
    private static let attempts = 64

    /// The first JSON value that decodes as `type`.
    ///
    /// Other JSON is skipped as a whole, because a part of it could decode by chance.
    static func first<Value: Decodable>(_ type: Value.Type, in output: [UInt8]) -> Value? {
        var rest = output[...]
        for _ in 0..<attempts {
            guard let start = rest.firstIndex(where: isOpening) else { return nil }
            rest = rest[start...]
            if let end = end(of: rest) {
                let text = Array(rest[..<end])
                if let value = decodeResponse(type, text) { return value }
                if decodeResponse(JSONValue.self, text) != nil {
                    rest = rest[end...]
                    continue
                }
            }
            rest = rest.dropFirst()
        }
        return nil
    }

    /// The index after the bracket that closes the first one; `nil` where it is not closed.
    static func end(of text: ArraySlice<UInt8>) -> Int? {
        var depth = 0
        var isString = false
        var isEscaped = false
        for (index, byte) in zip(text.indices, text) {
            if isEscaped {
                isEscaped = false
            } else if isString {
                isEscaped = byte == UInt8(ascii: "\\")
                isString = byte != UInt8(ascii: "\"")
            } else if byte == UInt8(ascii: "\"") {
                isString = true
            } else if isOpening(byte) {
                depth += 1
            } else if byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") {
                depth -= 1
                if depth == 0 { return index + 1 }
            }
        }
        return nil
    }

    private static func isOpening(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[")
    }
}
