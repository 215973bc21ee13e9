import Foundation
import TestSupport
import Testing

/// A backend, a token realm and a registry that misbehave: documented exit codes, in bounded time,
/// with every push recorded and nothing hostile on the terminal.
@Suite(.serialized)
struct OtherSideTests {
    private static let shared = Task {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("app:v1", seed: 66)
        return sandbox
    }

    /// The slowest of them tries three times, with pauses, or waits a second for every request.
    private static let limit = 45.0

    /// In three sandboxes at once, since most of the time is pauses between tries.
    @Test func `each fault of a server is reported, recorded and bounded in time`() async throws {
        _ = try await Self.shared.value
        let cases = OtherSideCase.backend + OtherSideCase.registry
        try await withThrowingTaskGroup(of: Void.self) { group in
            for first in 0..<3 {
                group.addTask {
                    let sandbox = try await Sandbox.start()
                    for number in stride(from: first, to: cases.count, by: 3) {
                        try await expect(cases[number], in: sandbox, within: Self.limit)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Each in a sandbox of its own, all at once, so that they take as long as the slowest.
    @Test func `an answer that never comes, or comes byte by byte, runs into a time limit`()
        async throws
    {
        _ = try await Self.shared.value
        try await withThrowingTaskGroup(of: Void.self) { group in
            for example in OtherSideCase.slow {
                group.addTask {
                    try await expect(example, in: try await Sandbox.start(), within: 100)
                }
            }
            try await group.waitForAll()
        }
    }

    private func expect(
        _ example: OtherSideCase, in sandbox: Sandbox, within limit: Double
    ) async throws {
        let tag = "\(example.place)-\(example.fault)"
        if example.place == "notify" {
            // So that the answer is not empty.
            let create = try await sandbox.enclavia(
                "enclave", "create", "--image", "alice/other:\(tag)")
            try #require(create.status == 0, "\(create.err)")
        }
        try await sandbox.faults([example.place: example.fault])
        let began = Date()
        let push = try Launched(["push", "app:v1", "other:\(tag)"], in: sandbox)
        let status = try? await push.status(within: limit)
        let seconds = Date().timeIntervalSince(began)
        try await sandbox.faults([:])
        #expect(
            status == example.status, "\(example) after \(Int(seconds)) s: \(push.err.suffix(2000))"
        )
        expectHarmless(push.out + push.err, "\(example)")
        #expect(push.err.utf8.count < 16 << 10, "\(example) prints too much")
        if status != 0 {
            #expect(push.err.contains("\nerror: ") || push.err.hasPrefix("error: "), "\(example)")
        }

        let record = try #require(try await sandbox.records("other:\(tag)").first, "\(example)")
        let notify = (record["notify"] as? [String: Any])?["outcome"] as? String ?? ""
        #expect("\(record["outcome"] as? String ?? "")|\(notify)" == example.record, "\(example)")
        let table = try await sandbox.enclavia("history", "--tag", tag, "--color", "always")
        expectHarmless(table.out.replacing(/\u{1B}\[[0-9;]*m/, with: ""), "\(example)")
        try await sandbox.expectNoSecrets("\(example)")
        // A client that follows the redirect uses the other host name.
        let led = try await sandbox.log().filter {
            ($0["host"] as? String)?.hasPrefix("localhost:") == true
                && ($0["user_agent"] as? String)?.hasPrefix("enclavia") == true
        }
        #expect(led.isEmpty, "\(example): \(led)")
    }

    @Test func `a notification whose answer was lost is sent again under the same key`()
        async throws
    {
        let sandbox = try await Self.shared.value
        try await sandbox.clearLog()
        try await sandbox.faults(["notify": "lost-answer*1"])
        let push = try await sandbox.enclavia("push", "app:v1", "lost:v1")
        try await sandbox.faults([:])
        #expect(push.status == 0, "\(push.err)")
        let sent = try await sandbox.notifications().filter {
            ($0["body"] as? [String: Any])?["image"] as? String
                == "\(sandbox.registry)/alice/lost:v1"
        }
        #expect(sent.count == 2)
        #expect(Set(sent.compactMap { $0["idempotency_key"] as? String }).count == 1)
    }

    /// Names, labels and errors that would repaint a terminal.
    @Test func `hostile text in arguments is shown escaped`() async throws {
        let sandbox = try await Self.shared.value
        let folder = try Folder()
        let environment = ["ENCLAVIA_STATE_DIR": folder.path]
        let hostileImage = "\u{1B}[2Japp\u{202E}:v1"
        let label = "note=\u{1B}]0;owned\u{07}\u{202E}\u{2066}\r\nx"
        let push = try await sandbox.enclavia(
            ["push", "app:v1", "hostile:v1", "--label", label], environment: environment)
        expectHarmless(push.out + push.err)
        for words in [
            ["push", hostileImage, "hostile:v2"],
            ["push", "app:v1", "hos\u{1B}[2Jtile\u{202E}"],
            ["history"], ["history", "show", "hostile"], ["history", "\u{1B}[31m"],
            ["history", "--since", "\u{1B}[31m"], ["status"], ["status", "\u{202E}"],
            ["\u{1B}[31m"], ["--\u{1B}[31m"], ["notify", "\u{1B}[31m"],
            ["enclave", "status", "\u{1B}[31m"], ["events", "--type", "\u{1B}[31m"],
        ] {
            let run = try await sandbox.enclavia(words, environment: environment)
            expectHarmless(run.out + run.err, "\(words)")
        }
    }

    /// A push refuses to record such text, so it comes from another machine's export.
    @Test func `hostile text in imported records is harmless in every view`() async throws {
        let sandbox = try await Self.shared.value
        let (first, second) = (try Folder(), try Folder())
        let hostile = "\u{1B}[2Jowned\u{202E}\u{9B}2J"
        _ = try await sandbox.enclavia(
            "push", "missing:v1", "hostile:v3", environment: ["ENCLAVIA_STATE_DIR": first.path])
        let exported = try await sandbox.enclavia(
            "history", "export", environment: ["ENCLAVIA_STATE_DIR": first.path])
        var record = try exported.object()
        var failure = try #require(record["failure"] as? [String: Any])
        failure["message"] = hostile
        record["failure"] = failure
        let line = String(
            decoding: try JSONSerialization.data(withJSONObject: record), as: UTF8.self)
        let environment = ["ENCLAVIA_STATE_DIR": second.path]
        let imported = try await sandbox.enclavia(
            ["history", "import", try first.write(line, to: "line.jsonl")],
            environment: environment)
        try #require(imported.status == 0, "\(imported.err)")

        let listed = try await sandbox.enclavia(["history", "--json"], environment: environment)
        let found = try #require(try listed.json() as? [[String: Any]]).first
        #expect((found?["failure"] as? [String: Any])?["message"] as? String == hostile)
        let id = try #require(found?["id"] as? String)
        for words in [["history", "show", id], ["history"], ["status"], ["history", "stats"]] {
            let run = try await sandbox.enclavia(words, environment: environment)
            #expect(run.status == 0, "\(words): \(run.err)")
            expectHarmless(run.out + run.err, "\(words)")
        }
        for words in [["history", "list", "--label", ""], ["push", ""], ["history", "show", ""]] {
            let offered = try await sandbox.enclavia(
                ["__complete"] + words, environment: environment)
            expectHarmless(offered.out, "completion of \(words)")
            #expect(!offered.out.contains("owned"), "completion of \(words)")
        }
    }

    @Test(arguments: ["hostile", "long"])
    func `hostile enclave names are shown escaped`(
        _ fault: String
    ) async throws {
        let sandbox = try await Self.shared.value
        let create = try await sandbox.enclavia("enclave", "create", "--image", "alice/none:v1")
        let id = String(create.out.dropLast())
        for words in [
            ["enclave", "list"], ["enclave", "status", id],
            ["enclave", "create", "--image", "alice/none:v2"], ["enclave", "destroy", id],
        ] {
            try await sandbox.faults(["enclaves": fault])
            let run = try await sandbox.enclavia(words)
            try await sandbox.faults([:])
            expectHarmless(run.out + run.err, "\(words)")
        }
        let offered = try await sandbox.enclavia("__complete", "enclave", "stop", "")
        expectHarmless(offered.out, "completion")
    }

    /// No control character but the newline and the tab, and no bidirectional formatting.
    private func expectHarmless(_ text: String, _ comment: Comment? = nil) {
        let wrong = text.unicodeScalars.first { scalar in
            switch scalar.value {
            case 0x09, 0x0A: false
            case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
            default: false
            }
        }
        #expect(wrong == nil, comment ?? "\(text.debugDescription)")
    }
}
