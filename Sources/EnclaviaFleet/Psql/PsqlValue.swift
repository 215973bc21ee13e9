import EnclaviaCore
import FoundationEssentials

/// Values in the text of a statement: digits, and Base64 for anything else.
enum PsqlValue {
    /// A value of the type `bytea`.
    static func bytes(_ bytes: some Sequence<UInt8>) -> String {
        "decode('\(Data(bytes).base64EncodedString())', 'base64')"
    }

    /// A value of the type `text`.
    static func text(_ text: some StringProtocol) -> String {
        "convert_from(\(bytes(text.utf8)), 'UTF8')"
    }

    /// A value of the type `text[]`.
    static func array(_ texts: [String]) -> String {
        "ARRAY[\(texts.map(text).joined(separator: ", "))]::text[]"
    }

    /// A value of the type `timestamptz`; its text would have no year before 1 or after 9999.
    static func time(_ moment: Timestamp) -> String {
        "('epoch'::timestamptz + \(moment.milliseconds) * interval '1 millisecond')"
    }

    /// A value of the type `jsonb` as one line of ASCII: psql drops the noncharacters of Unicode, such as
    /// U+10FFFF, from what it prints (`utf_charcheck` of its mbprint.c).
    static func line(_ json: String) -> String {
        "replace(encode(convert_to((\(json))::text, 'UTF8'), 'base64'), chr(10), '')"
    }

    /// Reads such a line; `nil` for another one.
    static func json<Value: Decodable>(_ type: Value.Type, from line: String) -> Value? {
        guard let bytes = Data(base64Encoded: line) else { return nil }
        return try? JSONText.decode(type, fromBytes: Array(bytes))
    }

    static func array(_ numbers: [Int64]) -> String {
        "ARRAY[\(numbers.map(String.init).joined(separator: ","))]::bigint[]"
    }

    static func array(_ values: [[UInt8]]) -> String {
        "ARRAY[\(values.map(bytes).joined(separator: ","))]::bytea[]"
    }
}
