import Foundation
import TestSupport
import Testing

/// Standard output that is closed or full, and descriptors that are closed from the beginning.
@Suite(.serialized)
struct StandardOutputTests {
    private static let shared = Task {
        let sandbox = try await Sandbox.start(["--build-time", "1"])
        try await sandbox.image("app:v1", seed: 911)
        let push = try await sandbox.enclavia("push", "app:v1", "app:first")
        try #require(push.status == 0, "\(push.err)")
        return sandbox
    }

    private func sandbox() async throws -> Sandbox { try await Self.shared.value }

    /// Standard outputs that cannot be written, and the error for each.
    static let lost = [
        (">&-", "error: standard output is closed\n"),
        (
            ">/dev/full",
            "error: standard output cannot be written: No space left on device\n"
        ),
    ]

    static let commands = [
        "--version", "--help", "help push", "history --help", "completion bash", "schema",
        "schema push", "history", "history --json", "history --format jsonl",
        "history --format csv", "history --format 'template:{tag}'",
        "history at app:first --json", "history stats", "history stats --json", "history export",
        "history export -", "history verify", "history verify --json", "status", "status --json",
        "auth status", "enclave list --json", "notify --pending --json", "doctor",
        "events", "events --follow", "events --follow --since 2999-01-01",
        "push --dry-run app:v1 app:dry",
    ]

    @Test(arguments: lost)
    func `every command says that its result was lost, and exits with 74`(
        _ redirection: String, _ words: String
    ) async throws {
        let sandbox = try await sandbox()
        for command in Self.commands {
            let run = try await sandbox.shell("timeout 20 enclavia \(command) \(redirection)")
            #expect(run.status == 74, "\(command): \(run.err)")
            #expect(run.err.hasSuffix(words), "\(command): \(run.err)")
        }
    }

    @Test(arguments: ["--version", "history --json", "history --format csv", "events", "schema"])
    func `a command ends quietly if its pipe has no reader`(_ command: String) async throws {
        let run = try await sandbox().shell(
            """
            mkfifo "$XDG_RUNTIME_DIR/pipe" 2>/dev/null
            exec 3<>"$XDG_RUNTIME_DIR/pipe" 4>"$XDG_RUNTIME_DIR/pipe" 3<&-
            enclavia \(command) >&4
            """)
        #expect(run.status == 0)
        #expect(run.err == "")
    }

    @Test(arguments: [">&-", ">/dev/full", "--json >/dev/full", "--quiet >&-"])
    func `a push completes even if its result is lost`(_ words: String) async throws {
        let sandbox = try await sandbox()
        let tag = "lost\(words.utf8.count)"
        try await sandbox.faults(["notify": "500"])
        let earlier = try await sandbox.enclavia("push", "app:v1", "app:earlier-\(tag)")
        try await sandbox.faults([:])
        #expect(earlier.status == 0)
        #expect(try await outcome("earlier-\(tag)") == "succeeded|pending")

        let push = try await sandbox.shell("enclavia push app:v1 app:\(tag) \(words)")
        #expect(push.status == 74, "\(push.err)")
        #expect(push.err.contains("error: standard output "))
        #expect(try await outcome(tag) == "succeeded|delivered")
        #expect(
            try await outcome("earlier-\(tag)") == "succeeded|delivered",
            "the outbox comes after the result")
    }

    private func outcome(_ tag: String) async throws -> String {
        try await sandbox().sql("SELECT outcome, notify_outcome FROM push_v1 WHERE tag = '\(tag)'")
    }

    @Test func `a push whose result is lost still waits for the build`() async throws {
        let sandbox = try await sandbox()
        let created = try await sandbox.enclavia(
            "enclave", "create", "--image", "alice/app:waited", "--json")
        let id = try #require(try created.object()["id"] as? String)
        let push = try await sandbox.shell("enclavia push app:v1 app:waited --wait >/dev/full")
        #expect(push.status == 74, "\(push.err)")
        let enclave = try await sandbox.enclavia("enclave", "status", id, "--json")
        #expect(try enclave.object()["status"] as? String == "running")
    }

    @Test func `a failure whose JSON is lost is reported as text with its own exit code`()
        async throws
    {
        let run = try await sandbox().shell("enclavia history at none:v1 --json >/dev/full")
        #expect(run.status == 1)
        #expect(run.err.hasPrefix("error: the history has no successful push of"))
    }

    @Test func `closed standard descriptors are not reused for files`() async throws {
        let folder = try Folder()
        let run = try await sandbox().shell(
            """
            export ENCLAVIA_STATE_DIR='\(folder.path)/state'
            mkfifo in && exec 3<>in
            enclavia history import /dev/fd/3 <&- >&- 2>&- & pid=$!
            for i in $(seq 400); do
                now=$(readlink /proc/$pid/fd/0 /proc/$pid/fd/1 /proc/$pid/fd/2)
                [ "$(printf '%s' "$now" | grep -c /dev/null)" = 3 ] && break; sleep 0.025
            done
            kill $pid; wait $pid 2>/dev/null
            printf '%s\\n' "$now"
            """, directory: folder.path)
        #expect(run.out == "/dev/null\n/dev/null\n/dev/null\n", "\(run.err)")
    }

    @Test func `a push without standard descriptors leaves history and event log intact`()
        async throws
    {
        let sandbox = try await sandbox()
        let run = try await sandbox.shell(
            """
            export ENCLAVIA_STATE_DIR="$XDG_RUNTIME_DIR/closed"
            enclavia push app:v1 app:closed <&- >&- 2>&-; echo $?
            enclavia history verify --json | jq .intact
            jq -r .type "$ENCLAVIA_STATE_DIR/events.jsonl" | tail -n 1
            grep -rl '^Digest: ' "$ENCLAVIA_STATE_DIR"
            """)
        #expect(run.out == "74\ntrue\nio.enclavia.push.finished\n", "\(run.err)")
    }

    @Test func `an import from closed standard input is an error, not an empty import`()
        async throws
    {
        let run = try await sandbox().shell("enclavia history import <&-")
        #expect(run.status != 0)
        #expect(run.out == "")
        #expect(run.err.contains("Bad file descriptor"))
    }

    @Test func `a slow reader of a non-blocking pipe gets the complete output`() async throws {
        let run = try await sandbox().shell(
            """
            python3 - <<'END'
            import array, fcntl, os, subprocess, termios
            read, write = os.pipe()
            os.set_blocking(write, False)
            fcntl.fcntl(write, 1031, 4096)  # F_SETPIPE_SZ
            process = subprocess.Popen(["enclavia", "completion", "bash"], stdout=write)
            os.close(write)
            full = array.array("i", [0])
            while full[0] < 4096 and process.poll() is None:
                fcntl.ioctl(read, termios.FIONREAD, full)
            with open(read) as pipe: text = pipe.read()
            print(process.wait(), text.endswith("\\n"), len(text) > 4096)
            END
            """)
        #expect(run.out == "0 True True\n", "\(run.err)")
        #expect(run.err == "")
    }
}
