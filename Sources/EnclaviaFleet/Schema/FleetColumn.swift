import EnclaviaCore

/// A column of the table `push` on the server: a field of the record.
struct FleetColumn {
    let name: String
    let type: String
    /// The keys that lead to it in a record's JSON.
    let path: [String]
    /// The field in that JSON, in SQL, from the row `p`.
    let json: String
    /// The column's value in SQL, from the record `r` in JSON.
    let expression: String

    /// All of them, in the order of the record's fields: all but the version of the JSON.
    static let all = RecordField.all.filter { $0.name != "schema_version" }.map(FleetColumn.init)

    init(_ field: RecordField) {
        name = field.name
        let kind = Kind(field.schema)
        type = kind.type
        path = field.path
        json =
            switch kind {
            case .time:
                #"to_char(p.\#(field.name) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')"#
            case .text, .uuid, .integer, .boolean, .list, .object: "p.\(field.name)"
            }
        let keys = field.path.map { "'\($0)'" }
        let object = (["r"] + keys.dropLast()).joined(separator: " -> ")
        let key = keys.last ?? "''"
        let value = "(\(object) ->> \(key))::\(kind.type)"
        expression =
            switch kind {
            case .text: "\(object) ->> \(key)"
            // Records of older versions may lack a key that has a value in all others.
            case .integer where field.schema.isCount: "coalesce(\(value), 0)"
            case .boolean where !field.schema.isNullable: "coalesce(\(value), false)"
            case .uuid, .integer, .time, .boolean: value
            case .list: "coalesce(\(object) -> \(key), '[]')"
            case .object: "coalesce(\(object) -> \(key), '{}')"
            }
    }

    private enum Kind {
        case text, uuid, integer, time, boolean, list, object

        init(_ schema: JSONSchema) {
            switch schema {
            case .nullable(let schema): self.init(schema)
            case .integer, .constant: self = .integer
            case .boolean, .truth: self = .boolean
            case .array: self = .list
            case .map, .object: self = .object
            case .pattern where schema.isPattern(of: .pushID): self = .uuid
            case .pattern where schema.isPattern(of: .time): self = .time
            case .text, .pattern, .words, .number, .null, .either: self = .text
            }
        }

        /// Texts compare by their bytes, as in SQLite.
        var type: String {
            switch self {
            case .text: "text COLLATE \"C\""
            case .uuid: "uuid"
            case .integer: "bigint"
            case .time: "timestamptz"
            case .boolean: "boolean"
            case .list, .object: "jsonb"
            }
        }
    }
}

extension JSONSchema {
    fileprivate var isNullable: Bool { if case .nullable = self { true } else { false } }

    fileprivate var isCount: Bool {
        if case .integer(minimum: 0) = self { true } else { false }
    }

    fileprivate func isPattern(of other: JSONSchema) -> Bool {
        if case .pattern(let own) = self, case .pattern(let others) = other {
            own == others
        } else {
            false
        }
    }
}
