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

    static func array(_ numbers: [Int64]) -> String {
        "ARRAY[\(numbers.map(String.init).joined(separator: ","))]::bigint[]"
    }

    static func array(_ values: [[UInt8]]) -> String {
        "ARRAY[\(values.map(bytes).joined(separator: ","))]::bytea[]"
    }
}
