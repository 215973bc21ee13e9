/// A field of the push record: what it is called, what it holds, what it means, and how to get it.
///
/// This table defines the columns of `push` and of the view `push_v1`, CSV, templates, `history show`, the JSON
/// Schema of a record, the table of enclavia-history(5), and the checks that keep all of them consistent.
/// ``PushJSON`` reads and writes the fields; a new field is a row here, a property there, and a migration.
package struct RecordField: Sendable {
    /// The keys that lead to it in a record's JSON, the outermost first.
    package let path: [String]
    /// What it holds in that JSON.
    package let schema: JSONSchema
    /// One or more sentences for the manual and the JSON Schema; literals stand between backquotes.
    package let meaning: String
    /// The version of the store's schema that added it: records in events of earlier ones lack the key.
    package let since: Int
    /// - Throws: `EncodingError`.
    package let value: @Sendable (PushJSON) throws -> Value

    /// The flat name, which CSV, templates and SQL have: the keys, joined by `_`.
    package var name: String { path.joined(separator: "_") }

    init(
        _ path: String, _ schema: JSONSchema, _ meaning: String, since: Int = 1,
        _ value: @escaping @Sendable (PushJSON) throws -> (any RecordScalar)?
    ) {
        self.path = path.split(separator: ".").map(String.init)
        self.schema = schema
        self.meaning = meaning
        self.since = since
        self.value = { try value($0)?.fieldValue ?? .null }
    }

    /// The field of that flat name; `nil` where there is none.
    package static func named(_ name: String) -> RecordField? {
        all.first { $0.name == name }
    }
}

extension RecordField {
    /// What a field holds: a list or an object as its JSON text.
    package enum Value: Hashable, Sendable {
        case null
        case text(String)
        case integer(Int64)
        case boolean(Bool)

        /// As text for people and spreadsheets: nothing for `null`, `true` and `false`.
        package var text: String {
            switch self {
            case .null: ""
            case .text(let text): text
            case .integer(let number): String(number)
            case .boolean(let truth): truth ? "true" : "false"
            }
        }
    }
}

/// The Swift types that a field may have.
protocol RecordScalar {
    var fieldValue: RecordField.Value { get }
}

extension String: RecordScalar {
    var fieldValue: RecordField.Value { .text(self) }
}
extension Int: RecordScalar {
    var fieldValue: RecordField.Value { .integer(Int64(self)) }
}
extension Int64: RecordScalar {
    var fieldValue: RecordField.Value { .integer(self) }
}
extension Bool: RecordScalar {
    var fieldValue: RecordField.Value { .boolean(self) }
}
