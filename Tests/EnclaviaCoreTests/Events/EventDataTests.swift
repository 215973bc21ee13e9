import EnclaviaCore
import Testing

/// The schema of each event's `data` against the texts of ``EventTextTests``.
struct EventDataTests {
    private static func object(_ text: String) throws -> [String: JSONValue] {
        try #require(JSONText.decode(JSONValue.self, from: text).members)
    }

    private static func keys(_ type: EventType) throws -> (required: [String], optional: [String]) {
        guard case .object(let required, let optional) = type.data.schema else {
            throw NoObject(type: type)
        }
        return (required.map(\.name), optional.map(\.name))
    }

    private struct NoObject: Error {
        let type: EventType
    }

    @Test func `the keys of an event are those of its schema`() throws {
        for (type, _, text) in try EventTextTests.texts() {
            let keys = try Self.keys(type)
            let names = keys.required + keys.optional
            #expect(Set(names).count == names.count, "\(type)")
            #expect(Set(try Self.object(text).keys) == Set(names), "\(type)")
        }
    }

    /// Older versions left them out.
    @Test func `an optional key that is missing reads as null`() throws {
        for (type, subject, text) in try EventTextTests.texts() {
            for key in try Self.keys(type).optional {
                var whole = try Self.object(EventTextTests.text(of: subject))
                var data = try Self.object(text)
                data[key] = .null
                whole["data"] = .object(data)
                let null = try? JSONText.decode(
                    CloudEvent.self, from: try JSONText.encode(JSONValue.object(whole)))
                data[key] = nil
                whole["data"] = .object(data)
                let missing = try? JSONText.decode(
                    CloudEvent.self, from: try JSONText.encode(JSONValue.object(whole)))
                #expect(missing == null, "\(type) without \(key)")
                if try Self.object(text)[key] == .null {
                    #expect(missing?.event.subject == subject)
                }
            }
        }
    }

    @Test func `an event belongs to a push exactly if its schema says so`() throws {
        for (type, subject, _) in try EventTextTests.texts() {
            let isOfPush = if case .push = subject { true } else { false }
            #expect(type.data.isOfPush == isOfPush, "\(type)")
        }
    }
}
