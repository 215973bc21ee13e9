import Foundation
import TestSupport
import Testing

/// A backend, a token realm and a registry that misbehave: documented exit codes, in bounded time,
/// with every push on record and nothing hostile on the terminal.
@Suite(.serialized)
struct OtherSideTests {
    private static let shared = Task {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("app:v1", seed: 66)
        return sandbox
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let place: String
        let fault: String
        let status: Int32
        /// What is on record: the outcome, and that of the notification.
        let record: String
        var testDescription: String { "\(place)=\(fault)" }
    }

    private static func cases(
        _ place: String, _ faults: [String], _ status: Int32, _ record: String
    ) -> [Case] {
        faults.map { Case(place: place, fault: $0, status: status, record: record) }
    }

    static let backend: [Case] =
        cases("me", ["400", "409"], 69, "failed|")
        + cases("me", ["401", "403"], 77, "failed|")
        + cases("me", ["429", "500", "503", "reset", "lost-answer", "truncated"], 69, "failed|")
        + cases(
            "me",
            ["garbage", "empty", "huge", "redirect", "wrong-type", "missing-field", "hostile"],
            76, "failed|")
        + cases(
            "notify",
            [
                "400", "401", "403", "404", "409", "garbage", "empty", "huge", "redirect",
                "wrong-type", "missing-field",
            ], 0, "succeeded|failed")
        + cases(
            "notify", ["429", "500", "503", "reset", "lost-answer", "truncated"], 0,
            "succeeded|pending")
        + cases("notify", ["hostile"], 0, "succeeded|delivered")

    static let registry: [Case] =
        cases(
            "token",
            [
                "400", "401", "403", "404", "429", "500", "503", "reset", "lost-answer", "garbage",
                "empty", "truncated", "huge", "redirect", "wrong-type", "missing-field", "hostile",
                "refused",
            ], 69, "failed|")
        + cases("registry", ["down"], 69, "failed|")
        + cases("registry", ["400", "404", "500"], 69, "failed|")
        + cases("registry", ["lying-digest", "missing-manifest", "read-garbage"], 76, "failed|")
        + cases(
            "registry",
            ["no-digest-header", "no-head", "read-error", "slow"], 0, "succeeded|delivered")

    /// The slowest of them tries three times, with pauses, or waits a second for every request.
    private static let limit = 45.0

    @Test(arguments: backend + registry)
    func `the other side's faults are told, recorded and bounded`(_ example: Case) async throws {
        let sandbox = try await Self.shared.value
        let tag = "\(example.place)-\(example.fault)"
        try await sandbox.faults([example.place: example.fault])
        let push = try Launched(["push", "app:v1", "other:\(tag)"], in: sandbox)
        let status = try await push.status(within: Self.limit)
        try await sandbox.faults([:])
        #expect(status == example.status, "\(push.err)")
        expectHarmless(push.out + push.err)
        if status != 0 { #expect(push.err.contains("\nerror: ") || push.err.hasPrefix("error: ")) }

        let record = try #require(try await sandbox.records("other:\(tag)").first)
        let notify = (record["notify"] as? [String: Any])?["outcome"] as? String ?? ""
        #expect("\(record["outcome"] as? String ?? "")|\(notify)" == example.record)
        let table = try await sandbox.enclavia("history", "--tag", tag, "--color", "always")
        expectHarmless(table.out.replacing(/\u{1B}\[[0-9;]*m/, with: ""))
        try await sandbox.expectNoSecrets()
    }

    /// The backend has 30 s to answer, and three times 10 s to be notified.
    static let silent = Soak.rounds > 0 ? ["me", "notify", "token"] : ["token"]

    @Test(arguments: silent)
    func `what never answers is given up`(_ place: String) async throws {
        let sandbox = try await Self.shared.value
        try await sandbox.faults([place: "hang"])
        let push = try Launched(["push", "app:v1", "silent:\(place)"], in: sandbox)
        let status = try? await push.status(within: 100)
        try await sandbox.faults([:])
        #expect(status == (place == "notify" ? 0 : 69), "\(push.err)")
        let outcomes = try await sandbox.outcomes("silent:\(place)")
        #expect(outcomes == [place == "notify" ? "succeeded" : "failed"])
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
    @Test func `hostile text that was recorded is shown escaped, and never offered by TAB`()
        async throws
    {
        let sandbox = try await Self.shared.value
        let folder = try Folder()
        let environment = ["ENCLAVIA_STATE_DIR": folder.path]
        let label = "note=\u{1B}]0;owned\u{07}\u{202E}\u{2066}\r\nx"
        let push = try await sandbox.enclavia(
            ["push", "app:v1", "hostile:v1", "--label", label], environment: environment)
        expectHarmless(push.out + push.err)
        for words in [
            ["push", "\u{1B}[2Japp\u{202E}:v1", "hostile:v2"],
            ["push", "app:v1", "hos\u{1B}[2Jtile\u{202E}"],
            ["history"], ["history", "show", "hostile"], ["history", "\u{1B}[31m"],
            ["history", "--since", "\u{1B}[31m"], ["status"], ["status", "\u{202E}"],
            ["\u{1B}[31m"], ["--\u{1B}[31m"], ["notify", "\u{1B}[31m"],
            ["enclave", "status", "\u{1B}[31m"], ["events", "--type", "\u{1B}[31m"],
        ] {
            let run = try await sandbox.enclavia(words, environment: environment)
            expectHarmless(run.out + run.err, "\(words)")
        }
        let offered = try await sandbox.enclavia(
            ["__complete", "history", "list", "--label", ""], environment: environment)
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
