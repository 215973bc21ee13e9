import Foundation
import TestSupport
import Testing

/// SIGINT, SIGTERM, SIGHUP, SIGQUIT and a terminal that is closed, while a push is under way.
@Suite(.serialized)
struct SignalTests {
    private static let shared = Task {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("app:v1", seed: 62)
        return sandbox
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let signal: Int32
        let status: Int32
        /// What standard error says when the signal comes.
        let words: String
        let faults: [String: String]
        var testDescription: String { "signal \(signal) after \"\(words)\"" }
    }

    /// Signals and their exit codes.
    static let endings: [(Int32, Int32)] = [
        (SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129), (SIGQUIT, 131),
    ]

    /// The first line of the engine's client, which can be stopped from then on.
    private static let sending = "The push refers to"

    static let whileSending: [Case] = [
        Case(signal: SIGINT, status: 130, words: sending, faults: ["registry": "slow"]),
        Case(signal: SIGTERM, status: 143, words: sending, faults: ["registry": "slow"]),
        Case(signal: SIGHUP, status: 129, words: sending, faults: ["registry": "slow"]),
        Case(signal: SIGINT, status: 130, words: "logging in", faults: ["registry": "hang"]),
        Case(signal: SIGTERM, status: 143, words: "logging in", faults: ["token": "hang"]),
        Case(signal: SIGHUP, status: 129, words: "logging in", faults: ["registry": "hang"]),
        Case(signal: SIGQUIT, status: 131, words: sending, faults: ["registry": "slow"]),
        Case(signal: SIGQUIT, status: 131, words: "logging in", faults: ["token": "hang"]),
    ]

    @Test(arguments: whileSending)
    func `a signal stops the engine's client, tidies up and is recorded`(_ example: Case)
        async throws
    {
        let sandbox = try await Self.shared.value
        let tag = "s\(UInt32.random(in: 0 ... .max))"
        try await sandbox.faults(example.faults)
        let push = try Launched(["push", "app:v1", "app:\(tag)"], in: sandbox)
        try await push.says(example.words)
        push.send(example.signal)
        let began = Date()
        let status = try await push.status(within: 10)
        #expect(Date().timeIntervalSince(began) < 3)
        #expect(status == example.status, "\(push.err)")
        try await sandbox.faults([:])
        #expect(push.out == "")
        let records = try await sandbox.records("app:\(tag)")
        #expect(records.compactMap { $0["outcome"] as? String } == ["cancelled"], "\(push.err)")
        let id = try #require(records.first?["id"] as? String)
        let last = push.err.split(separator: "\n").last
        #expect(last == "error: cancelled; recorded as push \(id.suffix(8))")
        try await expectNothingLeft(sandbox)
    }

    @Test(arguments: endings)
    func `a signal while the backend does not answer is recorded too`(
        _ signal: Int32, _ code: Int32
    ) async throws {
        let sandbox = try await Self.shared.value
        let tag = "m\(signal)"
        try await sandbox.faults(["me": "hang"])
        let push = try Launched(["push", "app:v1", "app:\(tag)", "--json"], in: sandbox)
        let isRunning = try await eventually {
            try await sandbox.outcomes("app:\(tag)") == ["running"]
        }
        #expect(isRunning)
        push.send(signal)
        #expect(try await push.status(within: 3) == code, "\(push.err)")
        try await sandbox.faults([:])
        let answer = try JSONSerialization.jsonObject(with: Data(push.out.utf8)) as? [String: Any]
        #expect(answer?["kind"] as? String == "cancelled")
        #expect(answer?["exit_code"] as? Int == Int(code))
        let id = try #require(answer?["push_id"] as? String)
        #expect(
            try await sandbox.sql("SELECT outcome FROM push_v1 WHERE id = '\(id)'") == "cancelled")
        try await expectNothingLeft(sandbox)
    }

    @Test(arguments: endings)
    func `after a signal past the digest a push has succeeded, and its notification is pending`(
        _ signal: Int32, _ code: Int32
    ) async throws {
        let sandbox = try await Self.shared.value
        let tag = "late\(signal)"
        try await sandbox.faults(["notify": "hang"])
        let push = try Launched(["push", "app:v1", "app:\(tag)"], in: sandbox)
        try await push.says("pushing ")
        let verified = try await eventually { try await !sandbox.notifications().isEmpty }
        #expect(verified)
        push.send(signal)
        #expect(try await push.status(within: 3) == code, "\(push.err)")
        try await sandbox.faults([:])
        let record = try #require(try await sandbox.records("app:\(tag)").first)
        #expect(record["outcome"] as? String == "succeeded")
        #expect((record["notify"] as? [String: Any])?["outcome"] as? String == "pending")
        try await expectNothingLeft(sandbox)
        #expect(try await sandbox.enclavia("push", "app:v1", "app:next").status == 0)
        let sent = try #require(try await sandbox.records("app:\(tag)").first)
        #expect((sent["notify"] as? [String: Any])?["outcome"] as? String == "delivered")
        try await sandbox.clearLog()
    }

    @Test(.enabled(if: PseudoTerminal.isAvailable))
    func `a terminal that is closed ends a push as SIGHUP does`() async throws {
        let sandbox = try await Self.shared.value
        try await sandbox.faults(["registry": "slow"])
        let run = try await sandbox.shell("python3 -c '\(Self.closeTerminal)' enclavia")
        try await sandbox.faults([:])
        #expect(run.status == 129, "\(run.out)\(run.err)")
        #expect(try await sandbox.outcomes("app:closed") == ["cancelled"])
        try await expectNothingLeft(sandbox)
    }

    private static let closeTerminal = """
        import os, pty, sys, time
        pid, terminal = pty.fork()
        if pid == 0:
            os.execvp(sys.argv[1], [sys.argv[1], "push", "app:v1", "app:closed"])
        seen = b""
        while b"pushing" not in seen:
            seen += os.read(terminal, 4096)
        os.close(terminal)
        began = time.monotonic()
        status = os.waitpid(pid, 0)[1]
        assert time.monotonic() - began < 3, "took too long"
        sys.exit(os.waitstatus_to_exitcode(status))
        """

    private func expectNothingLeft(_ sandbox: Sandbox) async throws {
        let isGone = try await eventually(within: 2) {
            try await Run.program("pgrep", ["-f", "push -- \(sandbox.registry)/"]).out == ""
        }
        #expect(isGone, "a client of the engine is left")
        try await sandbox.expectNoSecrets()
        try await sandbox.expectWholeStore()
    }
}
