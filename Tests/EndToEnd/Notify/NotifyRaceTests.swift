import Foundation
import TestSupport
import Testing

/// Several commands that notify the backend at once: what it received is compared with the records.
@Suite(.serialized)
struct NotifyRaceTests {
    private static let shared = Task {
        let sandbox = try await Sandbox.start()
        for number in 1...3 { try await sandbox.image("n:v\(number)", seed: 720 + number) }
        return sandbox
    }

    private static let rounds = Soak.rounds > 0 ? 50 : 6

    @Test func `each push is notified once and the newest of a tag last, despite parallel runs`()
        async throws
    {
        let sandbox = try await Self.shared.value
        for round in 1...Self.rounds {
            let tag = "r\(round)"
            try await sandbox.faults(["notify": "500"])
            for destination in ["app:\(tag)", "other:\(tag)"] {
                let push = try await sandbox.enclavia("push", "n:v1", destination, "--quiet")
                try #require(push.status == 0, "\(push.err)")
            }
            try await sandbox.faults([:])
            try await sandbox.clearLog()
            let push = try Launched(["push", "n:v2", "app:\(tag)"], in: sandbox)
            let notifiers = try (1...3).map { _ in
                try Launched(["notify", "--pending"], in: sandbox)
            }
            #expect(try await push.status(within: 60) == 0, "\(push.err)")
            for notifier in notifiers {
                #expect(try await notifier.status(within: 60) == 0, "\(notifier.err)")
            }
            try await expectTrue(tag, sandbox)
        }
        #expect(try await sandbox.enclavia("history", "verify").status == 0)
    }

    private func expectTrue(_ tag: String, _ sandbox: Sandbox) async throws {
        let received = try await sandbox.notifications()
        let keys = received.compactMap { $0["idempotency_key"] as? String }
        #expect(Set(keys).count == keys.count, "\(tag): \(keys)")
        let records = try await sandbox.records("app:\(tag)")
        let others = try await sandbox.records("other:\(tag)")
        #expect(records.count == 2 && others.count == 1)
        for record in records + others {
            let id = try #require(record["id"] as? String)
            let notify = try #require(record["notify"] as? [String: Any])
            let outcome = notify["outcome"] as? String
            // No request of this round was refused.
            #expect(keys.contains(id) == (outcome == "delivered"), "\(tag): \(record)")
            #expect(outcome == "delivered" || outcome == "skipped", "\(tag): \(record)")
        }
        let newest = try #require(records.first)
        #expect((newest["notify"] as? [String: Any])?["outcome"] as? String == "delivered")
        let last = received.compactMap { $0["body"] as? [String: Any] }
            .last { ($0["image"] as? String)?.hasSuffix("/app:\(tag)") == true }
        #expect(last?["digest"] as? String == newest["digest"] as? String, "\(tag)")
    }

    /// Of two pushes of a tag the first is slow to notify the backend.
    @Test func `the last digest that the backend gets for a tag is never an older one`()
        async throws
    {
        let sandbox = try await Self.shared.value
        try await sandbox.clearLog()
        try await sandbox.faults(["notify": "slow"])
        let first = try Launched(["push", "n:v1", "slow:v1"], in: sandbox)
        let isNotifying = try await eventually {
            try await sandbox.outcomes("slow:v1") == ["succeeded"]
        }
        #expect(isNotifying)
        let second = try Launched(["push", "n:v3", "slow:v1"], in: sandbox)
        #expect(try await first.status(within: 60) == 0, "\(first.err)")
        #expect(try await second.status(within: 60) == 0, "\(second.err)")
        try await sandbox.faults([:])
        let received = try await sandbox.notifications().compactMap {
            ($0["body"] as? [String: Any])?["digest"] as? String
        }
        #expect(received.last == (try await sandbox.records("slow:v1").first?["digest"] as? String))
    }
}
