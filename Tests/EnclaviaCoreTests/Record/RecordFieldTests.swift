import EnclaviaCore
import Foundation
import Testing

/// The table of a record's fields against the JSON of a record.
struct RecordFieldTests {
    /// A record that has as many fields as one can: it failed, so that it has a failure, too.
    private static let record: PushRecord = {
        var record = Example.record(
            state: .failed(Example.failure, contradicted: Example.manifest))
        record.message = "why"
        record.image = LocalImage(id: Example.other.description, revision: "abc", source: "there")
        record.notify.message = "no answer"
        record.context = PushContext(
            host: "laptop", user: "alice", gitCommit: "0123abc", gitBranch: "main", gitDirty: true,
            ciProvider: "gitlab", ciRunURL: "https://ci.example.com/1", ciActor: "bob")
        return record
    }()

    /// The members of an object; nested members have joined keys.
    private func leaves(_ value: Any, _ path: [String] = []) -> [String: Any] {
        guard let object = value as? [String: Any], path != ["labels"] else {
            return [path.joined(separator: "."): value]
        }
        return object.reduce(into: [:]) { leaves, member in
            leaves.merge(self.leaves(member.value, path + [member.key])) { first, _ in first }
        }
    }

    private func object(_ record: PushRecord) throws -> Any {
        let text = try JSONText.encode(PushJSON(record))
        return try JSONSerialization.jsonObject(with: Data(text.utf8))
    }

    @Test func `each member of a record is a field, and each field a member`() throws {
        let leaves = leaves(try object(Self.record))
        #expect(
            Set(leaves.keys) == Set(RecordField.all.map { $0.path.joined(separator: ".") }))
        #expect(leaves.count == RecordField.all.count)
        #expect(Set(RecordField.all.map(\.name)).count == RecordField.all.count)
    }

    @Test func `a field has the value that the JSON has`() throws {
        let leaves = leaves(try object(Self.record))
        let json = PushJSON(Self.record)
        for field in RecordField.all {
            let leaf = try #require(leaves[field.path.joined(separator: ".")])
            switch try field.value(json) {
            case .null: #expect(leaf is NSNull, "\(field.name)")
            case .boolean(let truth): #expect(leaf as? Bool == truth, "\(field.name)")
            case .integer(let number): #expect(leaf as? Int64 == number, "\(field.name)")
            case .text(let text):
                if let string = leaf as? String {
                    #expect(string == text, "\(field.name)")
                } else {
                    let parsed = try JSONSerialization.jsonObject(with: Data(text.utf8))
                    #expect(parsed as? NSObject == leaf as? NSObject, "\(field.name)")
                }
            }
            // Each field has a value, except for the one that is null with a digest by design.
            #expect(try field.value(json) != .null || field.name == "tag_change_source")
        }
    }

    @Test func `every field says what it means in whole sentences`() {
        for field in RecordField.all {
            #expect(field.meaning.hasSuffix("."), "\(field.name)")
            #expect(field.meaning.count { $0 == "`" }.isMultiple(of: 2), "\(field.name)")
        }
    }

    @Test func `the schema has every field, and requires only those of the first version`() throws {
        let text = try JSONText.encode(PushJSON.schemaOfAnyVersion)
        let schema = try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let properties = try #require(schema["properties"] as? [String: Any])
        #expect(Set(properties.keys) == Set(RecordField.all.map { $0.path[0] }))
        let required = try #require(schema["required"] as? [String])
        let older = RecordField.all.filter { $0.since == 1 }.map { $0.path[0] }
        #expect(Set(required) == Set(older))
        #expect(required.count == Set(required).count)
        #expect(!required.contains("message"))
        let notify = try #require(properties["notify"] as? [String: Any])
        let members = try #require(notify["required"] as? [String])
        #expect(
            members == RecordField.all.filter { $0.path[0] == "notify" }.map { $0.path[1] })
    }
}
