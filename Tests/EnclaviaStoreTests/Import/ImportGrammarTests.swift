import EnclaviaCore
import EnclaviaStore
import Foundation
import Testing

/// Every field of an imported record is checked against its grammar, and none is silently dropped.
struct ImportGrammarTests {
    let store: TemporaryStore

    init() throws {
        store = try TemporaryStore()
    }

    /// A record's JSON with the given fields; nested fields are `a.b`.
    private func line(
        _ outcome: PushOutcome, _ fields: [String: any Sendable]
    ) throws -> String {
        let record = try #require(
            Corpus(count: 200).records.first {
                $0.state.outcome == outcome && $0.reference != nil && $0.notify.response == nil
            })
        let data = Data(try JSONText.encode(PushJSON(record)).utf8)
        var object = try #require(
            try JSONSerialization.jsonObject(with: data) as? [String: Any])
        for (path, value) in fields {
            let keys = path.split(separator: ".").map(String.init)
            if keys.count == 2 {
                var inner = object[keys[0]] as? [String: Any] ?? [:]
                inner[keys[1]] = value
                object[keys[0]] = inner
            } else {
                object[path] = value
            }
        }
        return String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
    }

    private func fault(_ line: String) async throws -> (field: String?, detail: String)? {
        do {
            try await store.importText(line)
            return nil
        } catch ImportError.malformed(1, let field, let detail) {
            return (field, detail)
        }
    }

    private static let digest = "sha256:" + String(repeating: "1", count: 64)
    private static let failure = ["stage": "push", "kind": "engine_unavailable", "message": "x"]

    @Test(
        arguments: [
            ("media_type", "m"), ("digest_verified", true), ("tag_change", "moved"),
            ("previous_digest", digest), ("size_bytes", 5), ("pushed_at", "2026-08-01T00:00:00Z"),
        ] as [(String, any Sendable)])
    func `a field that needs a digest is refused without one`(
        field: String, value: any Sendable
    ) async throws {
        let found = try #require(try await fault(line(.failed, [field: value])))
        #expect(found.field == field)
        #expect(found.detail == "cannot be set without digest")
    }

    @Test(
        arguments: [
            ("image_revision", "abc", "local_image_id"), ("image_source", "x", "local_image_id"),
            ("notify.triggered", ["e1"], "notify.matched"),
            ("notify.rejected_non_upgradable", ["e1"], "notify.matched"),
        ] as [(String, any Sendable, String)])
    func `a field that needs an image or an answer is refused without it`(
        field: String, value: any Sendable, missing: String
    ) async throws {
        let none: [String: any Sendable] = ["local_image_id": NSNull(), "image_revision": NSNull()]
        let found = try #require(
            try await fault(line(.failed, none.merging([field: value]) { $1 })))
        #expect(found.field == field)
        #expect(found.detail == "cannot be set without \(missing)")
    }

    @Test(
        arguments: [
            ("local_image_id", "garbage \u{1B}"), ("local_image_id", "no-algorithm"),
            ("failure.kind", "no-such-kind"), ("failure.kind", ""),
            ("context.git_commit", "not hex"), ("context.git_commit", ""),
            ("engine", ["name": "", "version": ""]),
            ("engine", ["name": "docker", "version": "\n"]),
            ("backend", "https://a b"), ("backend", "https://a\u{7}"), ("local_image", ""),
            ("cli_version", "1\u{1B}[2J"), ("labels", ["": "x"]), ("labels", ["a b": "x"]),
            ("labels", ["a": "\u{202E}"]), ("revision", 0), ("revision", Int.max),
            ("notify.attempts", -1), ("notify.attempts", Int.max), ("notify.matched", -1),
        ] as [(String, any Sendable)])
    func `each field is checked against its grammar`(
        field: String, value: any Sendable
    ) async throws {
        let found = try #require(try await fault(line(.failed, [field: value])))
        #expect(found.field == field)
    }

    @Test func `a failed push with a pending notification is refused`() async throws {
        let found = try #require(try await fault(line(.failed, ["notify.outcome": "pending"])))
        #expect(found.field == "notify.outcome")
        #expect(found.detail == "must not be pending for a failed push")
    }

    @Test(
        arguments: [
            (.succeeded, "digest", NSNull(), "must not be null for a succeeded push"),
            (.succeeded, "failure", failure, "must be null for a succeeded push"),
            (.failed, "failure", NSNull(), "must not be null for a failed push"),
            (.cancelled, "failure", failure, "must be null for a cancelled push"),
            (.interrupted, "failure", failure, "must be null for an interrupted push"),
        ] as [(PushOutcome, String, any Sendable, String)])
    func `what an outcome does not allow is told as a rule`(
        outcome: PushOutcome, field: String, value: any Sendable, rule: String
    ) async throws {
        let found = try #require(try await fault(line(outcome, [field: value])))
        #expect(found.field == field)
        #expect(found.detail == rule)
    }

    @Test(arguments: [
        "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "9999-12-31T23:59:60Z",
    ])
    func `a time whose text cannot be parsed again is refused`(time: String) async throws {
        let found = try #require(try await fault(line(.failed, ["started_at": time])))
        #expect(found.field == "started_at")
    }

    @Test(arguments: ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"])
    func `the first and the last valid time are imported and read`(time: String) async throws {
        #expect(try await fault(line(.failed, ["started_at": time])) == nil)
        var times: [Timestamp] = []
        try store.history().forEach(HistoryQuery()) { times.append(try $0.record().startedAt) }
        #expect(times == [Timestamp(time)])
        #expect(try store.history().verify(head: nil) { _ in }.difference == nil)
    }

    @Test func `a record whose push ended before it began is imported`() async throws {
        #expect(try await fault(line(.failed, ["finished_at": "2001-01-01T00:00:00Z"])) == nil)
    }

    @Test func `the greatest revision is imported, and imported again`() async throws {
        let great = PushRecord.countLimit
        for label in ["a", "b"] {
            let text = try line(.failed, ["revision": great, "labels": ["x": label]])
            #expect(try await fault(text) == nil)
        }
        #expect(try store.history().verify(head: nil) { _ in }.difference == nil)
    }

    @Test func `an invalid record in the store is reported as a damaged store`() async throws {
        try await store.importText(line(.failed, [:]))
        try store.edit { try $0.execute(sql: "UPDATE push_json SET json = '{\"id\":1}'") }
        let history = store.history()
        #expect {
            try history.forEach(HistoryQuery()) { _ = try $0.record() }
        } throws: { error in
            guard case StoreError.corrupt(store.paths.database.string, _) = error else {
                return false
            }
            return true
        }
    }
}
