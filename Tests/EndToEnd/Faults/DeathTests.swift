import Foundation
import TestSupport
import Testing

/// SIGKILL at every step of a push: strace kills the shipped program, or its engine's client, when a
/// thread makes a certain system call for the nth time.
@Suite(.serialized)
struct DeathTests {
    private static let shared = Task {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("app:v1", seed: 61)
        return sandbox
    }

    struct Point: Sendable, CustomTestStringConvertible {
        let call: String
        let count: Int
        var testDescription: String { "\(call) \(count)" }
    }

    /// One for each step: the first row, the lock, the child's start, login, the digest, the end.
    static let steps = [
        Point(call: "pwrite64", count: 3), Point(call: "pwrite64", count: 60),
        Point(call: "fdatasync", count: 1), Point(call: "fdatasync", count: 4),
        Point(call: "fdatasync", count: 7), Point(call: "flock", count: 1),
        Point(call: "mkdir", count: 2), Point(call: "connect", count: 2),
        Point(call: "execve", count: 1), Point(call: "write", count: 8),
        Point(call: "write", count: 16), Point(call: "unlinkat", count: 2),
        Point(call: "exit_group", count: 1),
    ]

    /// Every call that marks a step, as often as a push makes it.
    static let everyStep: [Point] = {
        let most = [
            ("fdatasync", 9), ("flock", 3), ("mkdir", 9), ("connect", 3), ("execve", 1),
            ("write", 24), ("unlinkat", 4), ("unlink", 2), ("rename", 1), ("renameat", 1),
            ("openat", 30), ("close", 24), ("socket", 5), ("sendto", 2), ("ftruncate", 1),
            ("waitid", 2), ("clone3", 5), ("read", 40), ("exit_group", 1), ("fstat", 16),
            ("lseek", 4), ("fcntl", 30),
        ]
        let calls = most.flatMap { call, most in (1...most).map { Point(call: call, count: $0) } }
        let pages = stride(from: 1, through: 250, by: 6).map { Point(call: "pwrite64", count: $0) }
        return calls + pages
    }()

    static let points = steps + everyStep.shuffled().prefix(Soak.rounds)

    @Test(arguments: points)
    func `a push killed at a system call is recorded, or has not begun`(
        _ point: Point
    ) async throws {
        let sandbox = try await Self.shared.value
        // Every other time in a directory that does not exist yet.
        let folder = try Folder()
        let state = point.count % 2 == 0 ? "\(folder.path)/state" : sandbox.stateDirectory
        let environment = ["ENCLAVIA_STATE_DIR": state]
        let tag = "\(point.call)-\(point.count)-\(UInt32.random(in: 0 ... .max))"
        let death = try Launched(
            ["push", "app:v1", "app:\(tag)"], in: sandbox, environment: environment,
            wrapper: [
                "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(point.call)",
                "-e", "inject=\(point.call):signal=KILL:when=\(point.count)",
            ])
        let status = try await death.status(within: 60)
        try await Death(sandbox, tag: tag, state: state).expectNothingLost(status, "\(point)")
        try await sandbox.clearLog()
    }

    @Test func `a push killed at any moment while it sends is recorded`() async throws {
        let sandbox = try await Self.shared.value
        let environment = ["ENCLAVIA_STATE_DIR": sandbox.stateDirectory]
        let size = Soak.rounds > 0 ? 300 << 20 : 16 << 20
        var whole = 0.0
        for round in 0...max(3, Soak.rounds) {
            let tag = "big-\(round)"
            try await sandbox.image("\(tag):v1", seed: 6100 + round, size: size)
            let began = Date()
            let push = try Launched(
                ["push", "\(tag):v1", "app:\(tag)"], in: sandbox, environment: environment)
            if round > 0 {
                try await Task.sleep(for: .seconds(Double.random(in: 0..<whole)))
                push.send(SIGKILL)
            }
            let status = try await push.status(within: 120)
            if round == 0 { whole = Date().timeIntervalSince(began) }
            try await Death(sandbox, tag: tag, state: sandbox.stateDirectory)
                .expectNothingLost(status, "round \(round)")
            // The layer is not needed again, and two hundred of them would fill the disk.
            _ = try await sandbox.shell(
                """
                docker rmi -f $(docker images -q \(tag))
                find "$ENCLAVIA_SANDBOX_ROOT/registry" -name data -size +8M -delete
                """)
            try await sandbox.clearLog()
        }
    }
}

/// A push that may have been killed, and what must be true of it.
private struct Death {
    let sandbox: Sandbox
    let tag: String
    let state: String

    init(_ sandbox: Sandbox, tag: String, state: String) {
        self.sandbox = sandbox
        self.tag = tag
        self.state = state
    }

    private var environment: [String: String] { ["ENCLAVIA_STATE_DIR": state] }

    func expectNothingLost(_ status: Int32, _ comment: Comment) async throws {
        let shown = try await sandbox.outcomes("app:\(tag)", environment: environment)
        let held = try await sandbox.registryDigest("app", tag: tag)
        #expect(shown.count <= 1, comment)
        switch (shown.first, status) {
        case (nil, _):
            // Nothing leaves the machine before the push is recorded.
            #expect(status == 137, comment)
            #expect(held == nil, comment)
        case (let outcome?, 0): #expect(outcome == "succeeded", comment)
        // A push may see the engine's client die before it dies itself.
        case (let outcome?, 137):
            #expect(["interrupted", "succeeded", "failed"].contains(outcome), comment)
        // It was the engine's client that died.
        case (let outcome?, _): #expect(outcome == "failed", comment)
        }
        try await expectResolved(from: shown.first, held, comment)
        try await sandbox.expectNoSecrets(beside: state, comment)
        let resolved = try await sandbox.outcomes("app:\(tag)", environment: environment)
        let next = try await sandbox.enclavia(
            "push", "app:v1", "next:v1", environment: environment)
        #expect(next.status == 0, "\(comment): \(next.err)")
        #expect(!next.err.contains("warning: the history"), "\(comment): \(next.err)")
        let record = try await sandbox.records("app:\(tag)", environment: environment).first
        #expect(record?["outcome"] as? String == resolved.first, comment)
        if let notify = record?["notify"] as? [String: Any], resolved == ["succeeded"] {
            #expect(notify["outcome"] as? String == "delivered", comment)
        }
        try await sandbox.expectWholeStore(in: state, environment: environment, comment)
        try await sandbox.expectNoSecrets(beside: state, comment)
        let locks = try FileManager.default.contentsOfDirectory(atPath: "\(state)/running")
        #expect(locks.isEmpty, comment)
    }

    /// While the client of a killed push is still sending, reconcile leaves the push as it is.
    private func reconcileUntilClientEnds(_ comment: Comment) async throws -> Run {
        var last: Run?
        let isOver = try await eventually(within: 60) {
            let run = try await sandbox.enclavia(
                "history", "reconcile", "--json", environment: environment)
            try #require(run.status == 0, "\(comment): \(run.err)")
            last = run
            let pushes = try run.object()["pushes"] as? [[String: Any]] ?? []
            return !pushes.contains { $0["verdict"] as? String == "still_sending" }
        }
        #expect(isOver, comment)
        return try #require(last)
    }

    /// After a reconciliation a push has succeeded if and only if the registry holds it.
    private func expectResolved(
        from shown: String?, _ held: String?, _ comment: Comment
    ) async throws {
        let reconcile = try await reconcileUntilClientEnds(comment)
        guard let shown else { return }
        let record = try #require(
            try await sandbox.records("app:\(tag)", environment: environment).first, comment)
        // The engine may finish what its dead client began, so the registry is queried before and after.
        let heldNow = try await sandbox.registryDigest("app", tag: tag)
        let isSucceeded = record["outcome"] as? String == "succeeded"
        #expect(isSucceeded || held == nil, comment)
        #expect(!isSucceeded || heldNow != nil, comment)
        if isSucceeded { #expect(record["digest"] as? String == heldNow, comment) }
        guard shown == "interrupted" else {
            #expect(record["outcome"] as? String == shown, comment)
            return
        }
        #expect(
            ["succeeded", "failed", "cancelled"].contains(record["outcome"] as? String), comment)
        let verdicts = try reconcile.object()["pushes"] as? [[String: Any]]
        #expect(verdicts?.map { $0["push_id"] as? String } == [record["id"] as? String], comment)
    }
}
