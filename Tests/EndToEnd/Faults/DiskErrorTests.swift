import Foundation
import TestSupport
import Testing

/// Disks that fail, fill up or lack a feature, as system calls report it.
@Suite(.serialized, .enabled(if: geteuid() == 0))
struct DiskErrorTests {
    private static let shared = Task {
        let sandbox = try await Sandbox.start(engine: false)
        return (sandbox: sandbox, corpus: try await Corpus(records: 400))
    }

    /// Runs lines of shell in a mount namespace of their own, where `$RECORDS` is an export and `$F` a folder.
    private func run(_ script: String) async throws -> Run {
        let (sandbox, corpus) = try await Self.shared.value
        let folder = try Folder()
        let file = try folder.write("set -e\n" + script, to: "script")
        return try await sandbox.shell(
            "unshare -m --propagation private bash \(file)",
            environment: [
                "ENCLAVIA_STATE_DIR": "\(folder.path)/state", "F": folder.path,
                "RECORDS": corpus.file,
            ])
    }

    private func error(_ run: Run) throws -> (kind: String, message: String) {
        let error = try run.object()
        return (error["kind"] as? String ?? "", error["error"] as? String ?? "")
    }

    @Test(
        arguments: [
            ("pwrite64", "ENOSPC", "no space is left on its disk"),
            ("fdatasync", "EIO", "disk I/O error"),
        ])
    func `a failed write is reported with its cause`(
        call: String, failure: String, words: String
    ) async throws {
        let run = try await run(
            """
            enclavia history import "$RECORDS" >/dev/null
            status=0
            strace -f -qq -o /dev/null -P "$ENCLAVIA_STATE_DIR/history.db-wal" \
                -e trace=\(call) -e inject=\(call):error=\(failure) \
                enclavia history prune --before now --yes --json || status=$?
            enclavia history verify >/dev/null 2>&1
            exit $status
            """)
        #expect(run.status == 74, "\(run.err)")
        let error = try error(run)
        #expect(error.kind == "store" && error.message.contains(words), "\(error)")
    }

    @Test func `a read-only file system is not reported as damage`() async throws {
        let run = try await run(
            """
            enclavia history import "$RECORDS" >/dev/null
            mount --bind "$ENCLAVIA_STATE_DIR" "$ENCLAVIA_STATE_DIR"
            mount -o remount,bind,ro "$ENCLAVIA_STATE_DIR"
            [ $(enclavia history --format jsonl 2>/dev/null | wc -l) = 400 ]
            enclavia history prune --before now --yes --json
            """)
        #expect(run.status == 74, "\(run.err)")
        let error = try error(run)
        #expect(error.kind == "store" && !error.message.contains("damaged"), "\(error)")
        #expect(error.message.lowercased().contains("read-only"), "\(error)")
    }

    @Test func `an input pipe larger than the disk is an error, and nothing is imported`()
        async throws
    {
        let run = try await run(
            """
            mkdir -m 700 "$ENCLAVIA_STATE_DIR"
            mount -t tmpfs -o size=400k,mode=700 none "$ENCLAVIA_STATE_DIR"
            status=0
            cat "$RECORDS" | enclavia history import --json || status=$?
            [ -z "$(ls "$ENCLAVIA_STATE_DIR")" ]
            exit $status
            """)
        #expect(run.status == 74, "\(run.err)")
        let error = try error(run)
        #expect(error.kind == "store" && error.message.contains("no space is left"), "\(error)")
    }

    @Test func `a running push is listed as running even if flock fails`() async throws {
        let (sandbox, _) = try await Self.shared.value
        try await sandbox.faults(["me": "hang"])
        let wrapper = [
            "strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", "trace=flock", "-e",
            "inject=flock:error=ENOLCK",
        ]
        let folder = try Folder()
        let environment = ["ENCLAVIA_STATE_DIR": "\(folder.path)/state"]
        let push = try Launched(
            ["push", "app:v1", "locked:v1"], in: sandbox, environment: environment,
            wrapper: wrapper)
        let isRecorded = try await eventually(within: 20) {
            let run = try await sandbox.enclavia(["history", "--json"], environment: environment)
            return run.out.contains("locked:v1")
        }
        #expect(isRecorded)
        let words =
            wrapper.map { "'\($0)'" }.joined(separator: " ")
            + " enclavia history --format 'template:{outcome}'"
        let listed = try await sandbox.shell(words, environment: environment)
        #expect(listed.out == "running\n", "\(listed.err)")
        push.send(SIGTERM)
        _ = try await push.status(within: 20)
        try await sandbox.faults([:])
        let finished = try await sandbox.shell(words, environment: environment)
        #expect(finished.out == "cancelled\n", "\(finished.err)")
    }
}
