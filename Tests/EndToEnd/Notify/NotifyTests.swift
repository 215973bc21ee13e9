import Foundation
import TestSupport
import Testing

/// The command `notify`, which notifies the backend again.
@Suite(.serialized)
struct NotifyTests {
    private static let shared = Task { try await Sandbox.start() }

    private func sandbox() async throws -> Sandbox { try await Self.shared.value }

    /// Pushes while the backend answers notifications with `fault`; the push's id.
    private func push(_ name: String, seed: Int, fault: String?) async throws -> String {
        let sandbox = try await sandbox()
        try await sandbox.image(name, seed: seed)
        try await sandbox.faults(fault.map { ["notify": $0] } ?? [:])
        let push = try await sandbox.enclavia("push", name, name, "--json")
        try await sandbox.faults([:])
        try #require(push.status == 0, "\(push.err)")
        return try #require(try push.object()["id"] as? String)
    }

    private func outcomes(_ repository: String) async throws -> String {
        try await sandbox().sql(
            "SELECT notify_outcome, notify_attempts FROM push_v1"
                + " WHERE repository = '\(repository)' ORDER BY started_at, id")
    }

    @Test func `pending and refused notifications are sent, the refused ones under a new key`()
        async throws
    {
        let sandbox = try await sandbox()
        let silent = try await push("silent:v1", seed: 701, fault: "500")
        let refused = try await push("refused:v1", seed: 702, fault: "422")
        #expect(try await outcomes("silent") == "pending|3")
        #expect(try await outcomes("refused") == "failed|1")
        try await sandbox.clearLog()
        let notify = try await sandbox.enclavia("notify", "--pending", "--json")
        #expect(notify.status == 0, "\(notify.out)")
        let answers = try #require(try notify.json() as? [[String: Any]])
        #expect(answers.map { $0["push_id"] as? String } == [silent, refused])
        #expect(answers.allSatisfy { $0["outcome"] as? String == "delivered" })
        let keys = try await sandbox.notifications().compactMap {
            $0["idempotency_key"] as? String
        }
        #expect(keys == [silent, "\(refused)/2"])
        #expect(try await outcomes("silent") == "delivered|4")
        let again = try await sandbox.enclavia("notify", "--pending", "--json")
        #expect(again.status == 0)
        #expect(again.out == "[]\n")
        #expect(try await sandbox.enclavia("history", "verify").status == 0)
    }

    @Test func `the digest that a newer push has replaced is not announced again`() async throws {
        let sandbox = try await sandbox()
        let older = try await push("twice:v1", seed: 706, fault: "422")
        let newer = try await push("twice:v1", seed: 707, fault: "422")
        try await sandbox.clearLog()
        let notify = try await sandbox.enclavia("notify", "--pending", "--json")
        #expect(notify.status == 0, "\(notify.out)")
        let answers = try #require(try notify.json() as? [[String: Any]])
        #expect(answers.map { $0["push_id"] as? String } == [older, newer])
        #expect(answers.map { $0["outcome"] as? String } == ["skipped", "delivered"])
        #expect(try await outcomes("twice") == "skipped|1\ndelivered|2")
        #expect(try await sandbox.notifications().count == 1)
    }

    @Test func `--pending skips the pushes of another machine`() async throws {
        let sandbox = try await sandbox()
        let id = try await push("ours:v1", seed: 708, fault: "422")
        let folder = try Folder()
        let export = try await sandbox.enclavia("history", "export")
        let line = try #require(export.out.split(separator: "\n").last { $0.contains(id) })
        let foreign = line.replacing(id, with: "01900000-0000-7000-8000-000000000001")
        _ = try await sandbox.enclavia(
            "history", "import", try folder.write(foreign + "\n", to: "foreign.jsonl"))
        try await sandbox.clearLog()
        let notify = try await sandbox.enclavia("notify", "--pending", "--json")
        #expect(notify.status == 0, "\(notify.out)")
        let answers = try #require(try notify.json() as? [[String: Any]])
        #expect(answers.map { $0["push_id"] as? String } == [id])
    }

    @Test func `a delivered notification is sent again for a push id or digest`() async throws {
        let sandbox = try await sandbox()
        let id = try await push("named:v1", seed: 703, fault: nil)
        for name in [id, String(id.suffix(8))] {
            let notify = try await sandbox.enclavia("notify", name, "--json")
            #expect(notify.status == 0, "\(notify.out)")
        }
        #expect(try await outcomes("named") == "delivered|3")
        let digest = try await sandbox.sql("SELECT digest FROM push_v1 WHERE id = '\(id)'")
        #expect(try await sandbox.enclavia("notify", digest).status == 0)
        let twice = try await sandbox.enclavia("notify", id, id, "--json")
        #expect((try twice.json() as? [Any])?.count == 1, "each push once")
    }

    @Test(arguments: [
        ("500", 69, "pending"), ("422", 69, "failed"), ("garbage", 76, "failed"),
    ])
    func `a failed notification is listed and sets the exit code`(
        fault: String, status: Int32, outcome: String
    ) async throws {
        let sandbox = try await sandbox()
        let id = try await push("wrong\(fault):v1", seed: 704, fault: nil)
        try await sandbox.faults(["notify": fault])
        let notify = try await sandbox.enclavia("notify", id, "--json")
        try await sandbox.faults([:])
        #expect(notify.status == status)
        let answers = try #require(try notify.json() as? [[String: Any]])
        #expect(answers.first?["outcome"] as? String == outcome)
        #expect(answers.first?["message"] is String)
        #expect(try await sandbox.enclavia("notify", "--pending").status == 0)
    }

    @Test func `refused credentials are an error and are not recorded`() async throws {
        let sandbox = try await sandbox()
        let id = try await push("creds:v1", seed: 705, fault: nil)
        let notify = try await sandbox.enclavia(
            "notify", id, "--json", environment: ["ENCLAVIA_TOKEN": "nobodys-token"])
        #expect(notify.status == 77)
        #expect(try notify.object()["kind"] as? String == "unauthorized")
        #expect(try await outcomes("creds") == "delivered|1")
    }

    /// The second of two notifications is refused for the credentials.
    @Test func `credentials refused in the middle keep the results before them`() async throws {
        let sandbox = try await sandbox()
        _ = try await push("middle:v1", seed: 721, fault: "500")
        _ = try await push("middle:v2", seed: 722, fault: "500")
        try await sandbox.faults(["notify": "422*1,403"])
        let notify = try await sandbox.enclavia("notify", "--pending", "--json")
        try await sandbox.faults([:])
        #expect(notify.status == 77)
        let answers = try #require(try notify.json() as? [[String: Any]])
        #expect(answers.map { $0["outcome"] as? String } == ["failed"])
        #expect(notify.err.contains("enclavia auth login"), "\(notify.err)")
        #expect(try await outcomes("middle") == "failed|4\npending|3")
        #expect(try await sandbox.enclavia("notify", "--pending").status == 0)
        #expect(try await outcomes("middle") == "delivered|5\ndelivered|4")
    }

    @Test(arguments: [
        ([], 64, "usage"), (["zz"], 64, "usage"), (["ffffffff"], 1, "not_found"),
        (["sha256:0123456789"], 1, "not_found"), (["--pending", "--nonsense"], 64, "usage"),
    ])
    func `arguments that match no push are an error`(
        words: [String], status: Int32, kind: String
    ) async throws {
        let notify = try await sandbox().enclavia(["notify", "--json"] + words)
        #expect(notify.status == status)
        #expect(try notify.object()["kind"] as? String == kind)
    }

    @Test func `no notification is sent for a failed push`() async throws {
        let sandbox = try await sandbox()
        let push = try await sandbox.enclavia("push", "no-such-image", "none:v1", "--json")
        let id = try #require(try push.object()["push_id"] as? String)
        let notify = try await sandbox.enclavia("notify", id, "--json")
        #expect(notify.status == 64)
        let answers = try #require(try notify.json() as? [[String: Any]])
        #expect((answers.first?["message"] as? String)?.contains("did not succeed") == true)
    }
}
