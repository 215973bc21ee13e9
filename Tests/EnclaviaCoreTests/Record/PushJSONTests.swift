import EnclaviaCore
import Foundation
import Testing

struct PushJSONTests {
    @Test(arguments: Example.states)
    func `a record is the same after encoding and decoding`(_ state: PushState) throws {
        let record = Example.record(state: state)
        let text = try JSONText.encode(PushJSON(record))
        #expect(try JSONText.decode(PushJSON.self, from: text).record() == record)
    }

    @Test func `a record that has only begun has every key`() throws {
        let started = PushRecord.started(Example.started, by: Example.id)
        let text = try JSONText.encode(PushJSON(started))
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(Set(object.keys) == Set(RecordField.all.map { $0.path[0] }))
        for name in ["notify", "context", "engine"] {
            let members = try #require(object[name] as? [String: Any])
            let fields = RecordField.all.filter { $0.path[0] == name }
            #expect(Set(members.keys) == Set(fields.map { $0.path[1] }))
        }
        #expect(object["digest"] is NSNull)
        #expect(object["failure"] is NSNull)
    }

    @Test(arguments: [
        "digest_verified", "notify", "labels", "context", "engine", "message", "digest",
    ])
    func `a key that is missing reads as one that is null`(_ key: String) throws {
        let record = Example.record(state: .running)
        let text = try JSONText.encode(PushJSON(record))
        var object = try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        object[key] = NSNull()
        let null = try read(object)
        object[key] = nil
        #expect(try read(object) == null)
        #expect(try JSONText.decode(PushJSON.self, from: JSONText.encode(null)) == null)
    }

    private func read(_ object: [String: Any]) throws -> PushJSON {
        try JSONText.decode(
            PushJSON.self, fromBytes: Array(JSONSerialization.data(withJSONObject: object)))
    }

    @Test(arguments: [
        ("digest", "null", RecordFault.inconsistentOutcome(.succeeded, field: "digest")),
        ("pushed_at", "null", .inconsistentOutcome(.succeeded, field: "pushed_at")),
        ("outcome", "\"running\"", .inconsistentOutcome(.running, field: "digest")),
        ("outcome", "\"failed\"", .inconsistentOutcome(.failed, field: "failure")),
        ("tag", "null", .inconsistentReference),
        ("tag", "\"v2\"", .inconsistentReference),
        ("revision", "0", .badField("revision")),
        ("size_bytes", "-1", .badField("size_bytes")),
    ])
    func `a record that contradicts itself is refused`(
        _ key: String, _ value: String, _ fault: RecordFault
    ) throws {
        var object = try Example.object()
        object[key] = try JSONSerialization.jsonObject(
            with: Data(value.utf8), options: .fragmentsAllowed)
        let text = String(
            decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
        #expect(throws: fault) { try JSONText.decode(PushJSON.self, from: text).record() }
    }
}
