import Foundation
import TestSupport
import Testing

/// The auditor's question, on a terminal: what did the tag point at last Tuesday, who moved it, from which commit,
/// and was the backend notified?
@Suite(.serialized)
struct AuditorTests {
    /// A folder with two pushes of one tag from two commits, as they would have been made 20 and 8 days ago: an
    /// export of real ones, with other times.
    private static let shared = Task {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("app:one", seed: 951)
        try await sandbox.image("app:two", seed: 952)
        let folder = try Folder()
        try folder.write(
            """
            import datetime, json, sys
            for line, days in zip(sys.stdin, (20, 8)):
                record = json.loads(line)
                def earlier(text):
                    time = datetime.datetime.fromisoformat(text.replace('Z', '+00:00'))
                    time -= datetime.timedelta(days=days)
                    return time.strftime('%Y-%m-%dT%H:%M:%S.') + text[-4:]
                for key in ('started_at', 'pushed_at', 'finished_at'):
                    record[key] = earlier(record[key])
                record['notify']['at'] = earlier(record['notify']['at'])
                print(json.dumps(record))
            """, to: "earlier.py")
        let run = try await sandbox.shell(
            """
            set -euo pipefail
            git init -q . && git config user.name a && git config user.email a@example.com
            git commit -q --allow-empty -m one && enclavia push app:one app:prod --quiet
            git commit -q --allow-empty -m two && enclavia push app:two app:prod --quiet
            git rev-parse HEAD~1 HEAD | cut -c 1-7
            enclavia history export - | python3 earlier.py >records
            ENCLAVIA_STATE_DIR=$PWD/state enclavia history import records >/dev/null
            """, directory: folder.path)
        try #require(run.status == 0, "\(run.err)")
        let lines = run.out.split(separator: "\n").map(String.init)
        try #require(lines.count == 4, "\(run.out)")
        return (sandbox: sandbox, folder: folder, pinned: lines[1], commits: Array(lines[2...]))
    }

    @Test(.enabled(if: PseudoTerminal.isAvailable), arguments: [80, 120])
    func `one command answers the auditor's question`(_ columns: Int) async throws {
        let shared = try await Self.shared.value
        let run = try await shared.sandbox.shell(
            """
            script -qec 'stty cols \(columns); exec enclavia history at app:prod last tuesday' \
                /dev/null </dev/null
            """,
            environment: [
                "ENCLAVIA_STATE_DIR": "\(shared.folder.path)/state", "TERM": "xterm",
                "NO_COLOR": "1",
            ])
        let lines = run.out.replacing("\r\n", with: "\n").split(separator: "\n").map(String.init)
        try #require(lines.count >= 6, "\(run.out)")
        let digest = try #require(shared.pinned.split(separator: ":").last).prefix(12)
        #expect(lines[0] == shared.pinned)
        #expect(lines[1].contains(#/^alice/app:prod pointed at [0-9a-f]{12} on .* 23:59$/#))
        #expect(lines[1].contains(digest))
        #expect(
            lines[2].contains(#/^  since     \d{4}-\d\d-\d\d \d\d:\d\d, moved by \S+ on \S+ \(/#))
        #expect(lines[2].contains(", commit \(shared.commits[1])"))
        #expect(lines[3].hasPrefix("  backend   told on "), "\(run.out)")
        #expect(lines[4].hasPrefix("  before    ") && lines[4].contains(shared.commits[0]))
    }

    @Test func `a script gets only the pinned reference`() async throws {
        let shared = try await Self.shared.value
        let run = try await shared.sandbox.enclavia(
            "history", "at", "app:prod", "last", "tuesday",
            environment: ["ENCLAVIA_STATE_DIR": "\(shared.folder.path)/state"])
        #expect(run.out == "\(shared.pinned)\n")
        #expect(run.err.isEmpty)
    }

    @Test func `the registry is queried for the current digest`() async throws {
        let shared = try await Self.shared.value
        let environment = ["ENCLAVIA_STATE_DIR": "\(shared.folder.path)/state"]
        let same = try await shared.sandbox.enclavia(
            "history", "at", "app:prod", "--remote", environment: environment)
        #expect(same.err.hasPrefix("the registry agrees: alice/app:prod points at "))
        // The sandbox's own history is another machine's.
        let moved = try await shared.sandbox.enclavia("push", "app:one", "app:prod", "--quiet")
        #expect(moved.status == 0, "\(moved.err)")
        let differs = try await shared.sandbox.enclavia(
            "history", "at", "app:prod", "--remote", environment: environment)
        #expect(differs.err.hasPrefix("warning: the registry differs: alice/app:prod points at "))
        #expect(same.status == 0 && differs.status == 0)
        let back = try await shared.sandbox.enclavia("push", "app:two", "app:prod", "--quiet")
        #expect(back.status == 0, "\(back.err)")
    }
}
