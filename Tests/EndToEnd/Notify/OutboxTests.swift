import Foundation
import TestSupport
import Testing

/// The pending notifications that a push sends for earlier pushes.
@Suite(.serialized)
struct OutboxTests {
    private func push(
        _ sandbox: Sandbox, _ image: String, _ destination: String, fault: String?
    ) async throws {
        try await sandbox.faults(fault.map { ["notify": $0] } ?? [:])
        let push = try await sandbox.enclavia("push", image, destination)
        try await sandbox.faults([:])
        try #require(push.status == 0, "\(push.err)")
    }

    @Test func `the next push sends the newest of each reference, and the older are superseded`()
        async throws
    {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("a:v1", seed: 711)
        try await sandbox.image("b:v1", seed: 712)
        try await push(sandbox, "a:v1", "app:prod", fault: "500")
        try await push(sandbox, "b:v1", "app:prod", fault: "500")
        try await push(sandbox, "a:v1", "app:test", fault: "500")
        try await push(sandbox, "a:v1", "refused:v1", fault: "422")
        try await sandbox.clearLog()
        try await push(sandbox, "a:v1", "other:v1", fault: nil)

        let outcomes = try await sandbox.sql(
            "SELECT repository || ':' || tag, notify_outcome, notify_message FROM push_v1"
                + " ORDER BY started_at, id")
        let lines = outcomes.split(separator: "\n").map(String.init)
        #expect(lines.count == 5)
        #expect(lines[0] == "app:prod|skipped|superseded by a newer push of the reference")
        #expect(lines[1] == "app:prod|delivered|")
        #expect(lines[2] == "app:test|delivered|")
        #expect(lines[3].hasPrefix("refused:v1|failed|"), "a refused one is only sent by hand")
        #expect(lines[4] == "other:v1|delivered|")

        let sent = try await sandbox.notifications().compactMap {
            ($0["body"] as? [String: Any])?["image"] as? String
        }
        #expect(sent.count == 3)
        #expect(sent.first?.hasSuffix("/alice/other:v1") == true, "its own notification is first")
        #expect(
            Set(sent.dropFirst().compactMap { $0.split(separator: "/").last }) == [
                "app:prod", "app:test",
            ])
        let status = try await sandbox.enclavia("status", "--json").object()
        let attention = try #require(status["attention"] as? [[String: Any]])
        #expect(attention.map { $0["kind"] as? String } == ["notify_failed"])
    }

    /// The push's standard output is a full pipe, so that it blocks between its own notification and
    /// those of other pushes while the fault is switched on.
    @Test func `a backend that hangs costs the next push two seconds at most`() async throws {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("a:v1", seed: 713)
        for tag in ["v1", "v2", "v3"] {
            try await push(sandbox, "a:v1", "app:\(tag)", fault: "500")
        }
        try await sandbox.clearLog()
        let folder = try Folder()
        let run = try await sandbox.shell(
            """
            log() { curl -sS --noproxy '*' "$ENCLAVIA_SANDBOX_URL/_sandbox/log?path=/me/registry/push-notify"; }
            mkfifo pipe && exec 7<>pipe && head -c 65536 /dev/zero >&7
            enclavia push a:v1 other:v1 >&7 2>err & pid=$!
            for i in $(seq 800); do [ "$(log | jq '[.[] | select(.status == 200)] | length')" = 1 ] && break; sleep 0.025; done
            curl -sS --noproxy '*' -H 'Content-Type: application/json' -d '{"notify": "hang"}' "$ENCLAVIA_SANDBOX_URL/_sandbox/faults" >/dev/null
            began=$(date +%s%N)
            cat <&7 >/dev/null & reader=$!
            wait $pid; status=$?
            echo $(( ($(date +%s%N) - began) / 1000000 ))
            kill $reader
            exit $status
            """, directory: folder.path)
        #expect(run.status == 0, "\(run.err)")
        let milliseconds = try #require(
            Int(run.out.trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect((1_800...5_000).contains(milliseconds), "\(milliseconds) ms")
        let pending = try await sandbox.sql(
            "SELECT count(*) FROM push_v1 WHERE notify_outcome = 'pending'")
        #expect(pending == "3")
    }
}
