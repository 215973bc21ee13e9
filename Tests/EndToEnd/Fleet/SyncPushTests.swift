import Foundation
import TestSupport
import Testing

/// Real pushes, and what the server of the sandbox has of them.
struct SyncPushTests {
    /// The sandbox and its owner's view of the shared history.
    private func query(_ sandbox: Sandbox, _ statement: String) async throws -> String {
        let run = try await sandbox.shell(
            "psql -XqAt -v ON_ERROR_STOP=1 \"$ENCLAVIA_SANDBOX_POSTGRESQL\" -c \"\(statement)\"")
        try #require(run.status == 0, "\(run.err)")
        return run.out.trimmingCharacters(in: .newlines)
    }

    @Test func `a push, its notification and a sync tell what the registry and the backend have`()
        async throws
    {
        let sandbox = try await Sandbox.start(["--postgresql"])
        try await sandbox.image("app:v1", seed: 261)
        try await sandbox.faults(["notify": "500"])
        let push = try await sandbox.enclavia("push", "app:v1", "app:prod", "--json")
        try #require(push.status == 0, "\(push.err)")
        let pushed = try push.object()
        let id = try #require(pushed["id"] as? String)
        try await sandbox.faults([:])
        let first = try await sandbox.enclavia("history", "sync")
        #expect(first.status == 0 && first.out.contains("of 1 push to "), "\(first)")
        let columns = "SELECT digest, notify_outcome, revision, outcome, tag FROM enclavia.push"
        let before = try await query(sandbox, columns).split(separator: "|").map(String.init)
        #expect(before.first == pushed["digest"] as? String)
        #expect(before.dropFirst().first == "pending")

        // The notification is an event of its own, which a later batch brings.
        let notify = try await sandbox.enclavia("notify", "--pending")
        #expect(notify.status == 0, "\(notify.err)")
        let status = try await sandbox.enclavia("status", "--json").object()
        let remote = try #require(status["history_remote"] as? [String: Any])
        #expect(remote["unsynced"] as? Int == 1)
        let second = try await sandbox.enclavia("history", "sync", "--json").object()
        #expect(second["sent_events"] as? Int == 1)
        let received = try await sandbox.notifications().last
        #expect(received != nil)
        let after = try await query(sandbox, columns).split(separator: "|").map(String.init)
        #expect(after[0] == before[0] && after[1] == "delivered" && after[4] == "prod")
        #expect(Int(after[2]) == (Int(before[2]) ?? 0) + 1)
        let shown = try await sandbox.enclavia("history", "show", id, "--json").object()
        #expect(shown["revision"] as? Int == Int(after[2]))

        // What the README says to try.
        let readme = try String(contentsOfFile: "\(Build.root)/README.md", encoding: .utf8)
        for (command, name) in [
            ("$ enclavia history sync && enclavia history --from", String(id.suffix(8))),
            ("$ psql \"$ENCLAVIA_HISTORY_REMOTE\"", id),
        ] {
            let line = try #require(
                readme.split(separator: "\n").first { $0.hasPrefix(command) })
            let tried = try await sandbox.shell(String(line.dropFirst(2)))
            #expect(tried.status == 0 && tried.out.contains(name), "\(tried)")
        }

        // A notification that a restored backup sends is of its own push.
        let steps = try await sandbox.shell(
            """
            set -e
            enclavia-sandbox fault notify=500 >/dev/null
            enclavia push app:v1 app:restored --quiet >/dev/null
            enclavia history sync >/dev/null
            cp -a "$XDG_STATE_HOME/enclavia" "$ENCLAVIA_SANDBOX_ROOT/backup"
            enclavia push app:v1 app:later --quiet --no-notify >/dev/null
            enclavia history sync >/dev/null
            rm -rf "$XDG_STATE_HOME/enclavia"
            mv "$ENCLAVIA_SANDBOX_ROOT/backup" "$XDG_STATE_HOME/enclavia"
            enclavia-sandbox fault >/dev/null
            enclavia notify --pending >/dev/null
            status=0; enclavia history sync >/dev/null 2>&1 || status=$?
            test $status -eq 1
            sqlite3 -readonly "$XDG_STATE_HOME/enclavia/history.db" \
                "SELECT revision FROM push WHERE tag = 'restored'"
            """)
        #expect(steps.status == 0, "\(steps)")
        let restored = try await query(
            sandbox,
            "SELECT revision, notify_outcome FROM enclavia.push WHERE tag = 'restored'")
        #expect(restored == "\(steps.out.trimmingCharacters(in: .newlines))|delivered")
        #expect(try await query(sandbox, "SELECT count(*) FROM enclavia.dispute") == "0")
    }
}
