import EnclaviaCore
import Foundation

extension JSONValue {
    /// Parses JSON; nil where it is invalid.
    package init?(bytes: some Sequence<UInt8>) {
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(bytes)) else {
            return nil
        }
        self = value
    }

    /// The member `key` of an object, nil for anything else.
    package subscript(key key: String) -> JSONValue? { members?[key] }

    package var integer: Int64? {
        if case .integer(let value) = self { value } else { nil }
    }

    package var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    package var elements: [JSONValue]? {
        if case .array(let value) = self { value } else { nil }
    }
}
