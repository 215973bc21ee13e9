import Foundation
import TestSupport
import Testing

/// A signal at a moment when something would be lost, or left behind, if the process just ended.
@Suite(.serialized)
struct PushSignalTests {
    private static let shared = Task {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("app:v1", seed: 33)
        return sandbox
    }

    @Test func `a signal during a token refresh does not lose the login`() async throws {
        let sandbox = try await Self.shared.value
        let before = try sandbox.secrets
        _ = try await sandbox.control("POST", "expire", "{}")
        try await sandbox.clearLog()
        // If this test sends its signal late, the push is still waiting.
        try await sandbox.faults(["refresh": "slow", "me": "hang"])
        let push = try Launched(["push", "app:v1", "app:refresh"], in: sandbox)
        // By then the backend has used up the refresh token; it answers a second later.
        let hasBegun = try await eventually { try await sandbox.log("/oauth/token").count == 1 }
        #expect(hasBegun)
        push.send(SIGINT)
        #expect(try await push.status(within: 5) == 130, "\(push.err)")
        try await sandbox.faults([:])
        #expect(try await sandbox.log("/oauth/token").count == 1)
        #expect(Set(try sandbox.secrets).isDisjoint(with: before))
        #expect(try await sandbox.outcomes("app:refresh") == ["cancelled"])
        #expect(try await sandbox.enclavia("push", "app:v1", "app:refresh").status == 0)
    }

    @Test(arguments: [true, false])
    func `a signal while the store is locked removes the password and is reported`(_ isJSON: Bool)
        async throws
    {
        let sandbox = try await Self.shared.value
        let runtime = try #require(sandbox.environment["XDG_RUNTIME_DIR"])
        let tag = "locked\(isJSON)"
        try await sandbox.faults(["me": "slow"])
        let holder = Process()
        holder.executableURL = URL(filePath: "/usr/bin/python3")
        holder.arguments = ["-c", Self.hold, sandbox.database, "app:\(tag)"]
        try holder.run()
        defer {
            // It inherits a blocked SIGTERM.
            kill(holder.processIdentifier, SIGKILL)
            holder.waitUntilExit()
        }
        let push = try Launched(
            ["push", "app:v1", "app:\(tag)"] + (isJSON ? ["--json"] : []), in: sandbox)
        let hasPassword = try await eventually {
            try await Run.shell("cat \(runtime)/enclavia-docker-*/config.json 2>/dev/null").out
                .contains(#""auth":"#)
        }
        #expect(hasPassword)
        push.send(SIGTERM)
        #expect(try await push.status(within: 5) == 143, "\(push.err)")
        try await sandbox.faults([:])
        let left = try FileManager.default.contentsOfDirectory(atPath: runtime)
        #expect(!left.contains { $0.hasPrefix("enclavia-docker-") })
        if isJSON {
            let answer =
                try JSONSerialization.jsonObject(with: Data(push.out.utf8)) as? [String: Any]
            #expect(answer?["kind"] as? String == "cancelled")
            #expect(answer?["exit_code"] as? Int == 143)
        } else {
            #expect(push.out == "")
            #expect(push.err.contains("\nerror: cancelled"))
        }
    }

    /// Locks the store as soon as the push has begun, for longer than a push waits for it.
    private static let hold = """
        import sqlite3, sys, time
        while True:
            try:
                db = sqlite3.connect("file:%s?mode=rw" % sys.argv[1], uri=True, isolation_level=None)
                query = "SELECT 1 FROM push_v1 WHERE destination = ?"
                if db.execute(query, sys.argv[2:]).fetchone(): break
            except sqlite3.OperationalError: pass
            time.sleep(0.02)
        db.execute("BEGIN IMMEDIATE")
        time.sleep(30)
        """
}
