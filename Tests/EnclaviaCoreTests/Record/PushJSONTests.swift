import EnclaviaCore
import Foundation
import Testing

struct PushJSONTests {
    @Test(arguments: Example.states)
    func `a record survives its JSON`(_ state: PushState) throws {
        let record = Example.record(state: state)
        let text = try JSONText.encode(PushJSON(record))
        #expect(try JSONText.decode(PushJSON.self, from: text).record() == record)
    }

    @Test func `every key is there, also of a record that has only begun`() throws {
        let started = PushRecord.started(Example.started, by: Example.id)
        let text = try JSONText.encode(PushJSON(started))
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(Set(object.keys) == Self.keys)
        let notify = try #require(object["notify"] as? [String: Any])
        #expect(Set(notify.keys) == Self.notifyKeys)
        let context = try #require(object["context"] as? [String: Any])
        #expect(Set(context.keys) == Self.contextKeys)
        #expect(object["digest"] is NSNull)
        #expect(object["failure"] is NSNull)
    }

    static let keys: Set<String> = [
        "schema_version", "id", "revision", "origin", "destination", "backend", "reference",
        "registry", "owner", "repository", "tag", "local_image", "local_image_id",
        "image_revision", "image_source", "digest", "media_type", "digest_verified", "tag_change",
        "previous_digest", "size_bytes", "started_at", "pushed_at", "finished_at", "outcome",
        "failure", "notify", "labels", "context", "engine", "cli_version",
        "tag_change_source", "message",
    ]
    static let notifyKeys: Set<String> = [
        "outcome", "at", "attempts", "matched", "triggered", "staged", "rejected_non_upgradable",
        "message",
    ]
    static let contextKeys: Set<String> = [
        "host", "user", "git_commit", "git_branch", "git_dirty", "ci_provider", "ci_run_url",
        "ci_actor",
    ]

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
