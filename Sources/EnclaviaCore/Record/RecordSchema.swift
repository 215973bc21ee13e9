/// An object of a record's JSON, whose members are fields.
struct RecordObject {
    let name: String
    let isNullable: Bool
    let meaning: String

    static let all = [
        RecordObject(
            name: "origin", isNullable: true, meaning: "Where an imported record came from."),
        RecordObject(name: "failure", isNullable: true, meaning: "Why the push failed."),
        RecordObject(
            name: "notify", isNullable: false, meaning: "The result of notifying the backend."),
        RecordObject(
            name: "context", isNullable: false,
            meaning: "Who pushed, from where and from which commit."),
        RecordObject(name: "engine", isNullable: false, meaning: "The engine that pushed."),
    ]
}

extension PushJSON: JSONDescribed {
    package static let jsonSchema = JSONSchema.object(schemaKeys)

    /// The keys of a record, for results that are a record with something added.
    package static let schemaKeys = members(isOfAnyVersion: false).map(\.key)

    /// A record in a stored event, which is never rewritten: records of older versions lack the newer keys.
    package static let schemaOfAnyVersion = object(
        members(isOfAnyVersion: true), isOfAnyVersion: true)

    /// The schema of one of a record's objects, such as `notify`.
    package static func schema(of name: String) -> JSONSchema {
        object(members(of: name), isOfAnyVersion: false)
    }

    private typealias Member = (key: JSONSchema.Key, since: Int)

    private static func object(_ members: [Member], isOfAnyVersion: Bool) -> JSONSchema {
        let isRequired = { (member: Member) in !isOfAnyVersion || member.since == 1 }
        return .object(
            members.filter(isRequired).map(\.key),
            optional: members.filter { !isRequired($0) }.map(\.key))
    }

    /// The members of the record itself: an object stands where the first of its fields does.
    private static func members(isOfAnyVersion: Bool) -> [Member] {
        var names: Set<String> = []
        return RecordField.all.filter { names.insert($0.path[0]).inserted }.map { field in
            guard let object = RecordObject.all.first(where: { $0.name == field.path[0] }) else {
                return member(field)
            }
            let schema = Self.object(members(of: object.name), isOfAnyVersion: isOfAnyVersion)
            let key = JSONSchema.Key(
                object.name, object.isNullable ? .nullable(schema) : schema, object.meaning)
            return (key, field.since)
        }
    }

    private static func members(of object: String) -> [Member] {
        RecordField.all.filter { $0.path[0] == object }.map(member)
    }

    private static func member(_ field: RecordField) -> Member {
        let key = JSONSchema.Key(
            field.path[field.path.count - 1], field.schema, field.meaning.filter { $0 != "`" })
        return (key, field.since)
    }
}
