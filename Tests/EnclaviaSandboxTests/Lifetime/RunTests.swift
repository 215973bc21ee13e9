import EnclaviaSandbox
import Foundation
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// `enclavia-sandbox run`, as it is shipped.
struct RunTests {
    /// A directory of its own, to check that nothing is left in it.
    func withRoot<R>(_ body: (String) async throws -> R) async throws -> R {
        let root = FileManager.default.temporaryDirectory
            .appending(path: "sb-\(UInt32.random(in: 0 ... .max))").path
        try FileManager.default.createDirectory(
            atPath: root, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: root) }
        return try await body(root)
    }

    /// Processes that mention `text` in their command line.
    static func processes(mentioning text: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { entry in
            guard Int(entry) != nil, Int32(entry) != getpid(),
                let line = FileManager.default.contents(atPath: "/proc/\(entry)/cmdline"),
                !line.isEmpty
            else { return nil }
            let words = String(decoding: line, as: UTF8.self).replacing("\0", with: " ")
            return words.contains(text) ? words : nil
        }
    }

    func expectNothingLeft(in root: String) async throws {
        try await expectEventually("nothing is left in \(root)") {
            let left = try FileManager.default.contentsOfDirectory(atPath: root)
            return try left.isEmpty && Self.processes(mentioning: root).isEmpty
        }
    }

    @Test(arguments: [("exit 0", 0), ("exit 7", 7), ("kill -9 $$", 137), ("kill -TERM $$", 143)])
    func `the command's exit code is the sandbox's`(script: String, code: Int32) async throws {
        try await withRoot { root in
            let outcome = try await SandboxProgram.run(
                ["run", "--no-engine", "-q", "--root", root, "--", "sh", "-c", script])
            #expect(outcome.status == code)
            #expect(outcome.err.isEmpty)
            try await expectNothingLeft(in: root)
        }
    }

    @Test func `a missing command gives exit code 127, one that cannot run 126`() async throws {
        let missing = try await SandboxProgram.run(["run", "--no-engine", "--", "no-such-command"])
        #expect(missing.status == 127)
        #expect(missing.err.contains("no-such-command: command not found"))
        let refused = try await SandboxProgram.run(["run", "--no-engine", "--", "/etc/passwd"])
        #expect(refused.status == 126)
    }

    @Test(arguments: [
        [], ["--handle", "Alice", "--", "true"],
        ["--fault", "notify=sulk", "--", "true"],
        ["--private-engine", "--no-engine", "--", "true"],
    ])
    func `wrong arguments are usage errors`(arguments: [String]) async throws {
        let outcome = try await SandboxProgram.run(["run"] + arguments)
        #expect(outcome.status == 64)
        #expect(outcome.out.isEmpty)
    }

    @Test func `stdin, stdout and stderr are the command's own`() async throws {
        let outcome = try await Run.shell(
            "echo in | \(SandboxProgram.path) run --no-engine -q -- sh -c 'cat; echo err >&2'",
            environment: [:])
        #expect(outcome.out == "in\n")
        #expect(outcome.err == "err\n")
    }

    @Test func `the command gets the sandbox's variables and none of the caller's own`()
        async throws
    {
        let outcome = try await SandboxProgram.run(
            [
                "run", "--no-engine", "-q", "--", "sh", "-c",
                """
                echo "${ENCLAVIA_TOKEN-none} ${ENCLAVIA_STATE_DIR-none} ${DOCKER_CONTEXT-none}"
                echo "${ENCLAVIA_ENGINE-none} ${CONTAINER_HOST-none} ${REGISTRY_AUTH_FILE-none}"
                test "$ENCLAVIA_SANDBOX_URL" = "$ENCLAVIA_BACKEND_URL"
                for d in "$XDG_CONFIG_HOME" "$XDG_STATE_HOME" "$XDG_RUNTIME_DIR" "$DOCKER_CONFIG"
                do case $d in "$ENCLAVIA_SANDBOX_ROOT"/*) stat -c %a "$d" ;; esac; done
                stat -c %a "$XDG_CONFIG_HOME/enclavia/credentials.json"
                """,
            ],
            environment: [
                "ENCLAVIA_TOKEN": "secret", "ENCLAVIA_STATE_DIR": "/x", "DOCKER_CONTEXT": "y",
                "ENCLAVIA_ENGINE": "podman", "CONTAINER_HOST": "unix:///x",
                "REGISTRY_AUTH_FILE": "/x",
            ])
        #expect(outcome.out == "none none none\nnone none none\n700\n700\n700\n700\n600\n")
    }

    @Test(
        arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129), (SIGQUIT, 131)]
            as [(Int32, Int32)])
    func `a signal is sent to the command, and the sandbox ends with it`(
        signal: Int32, code: Int32
    ) async throws {
        try await withRoot { root in
            let ready = root + "/ready"
            let result = try await Subprocess.run(
                .path(FilePath(SandboxProgram.path)),
                arguments: [
                    "run", "--no-engine", "-q", "--root", root, "--", "sh", "-c",
                    "touch \(ready); exec sleep 60",
                ],
                input: .none, output: .discarded, error: .discarded
            ) { execution in
                try await expectEventually("the command runs") {
                    FileManager.default.fileExists(atPath: ready)
                }
                try execution.send(signal: .init(rawValue: signal))
            }
            #expect(result.terminationStatus == .exited(code))
            try FileManager.default.removeItem(atPath: ready)
            try await expectNothingLeft(in: root)
        }
    }

    @Test func `a killed sandbox leaves nothing behind`() async throws {
        try await withRoot { root in
            let result = try await Subprocess.run(
                .path(FilePath(SandboxProgram.path)),
                arguments: [
                    "up", "--private-engine", "-q", "--root", root, "--env-file", "\(root).env",
                ],
                input: .none, output: .discarded, error: .discarded
            ) { execution in
                try await expectEventually("the sandbox is up") {
                    FileManager.default.fileExists(atPath: "\(root).env")
                }
                try execution.send(signal: .kill)
            }
            #expect(result.terminationStatus == .signaled(SIGKILL))
            try await expectNothingLeft(in: root)
            try await expectEventually("the environment file goes") {
                !FileManager.default.fileExists(atPath: "\(root).env")
            }
        }
    }

    @Test func `a sandbox with an engine of its own leaves nothing behind`() async throws {
        try await withRoot { root in
            let outcome = try await SandboxProgram.run(
                ["run", "--private-engine", "-q", "--root", root, "--", "docker", "version"])
            #expect(outcome.status == 0, "\(outcome.err)")
            try await expectNothingLeft(in: root)
            let mounts = try String(contentsOfFile: "/proc/mounts", encoding: .utf8)
            #expect(!mounts.contains(root))
        }
    }

    @Test func `an engine that is gone does not delay the end of the sandbox`() async throws {
        try await withRoot { root in
            let outcome = try await Run.shell(
                "'\(SandboxProgram.path)' run --private-engine -q --root \(root) --"
                    + " '\(SandboxProgram.path)' run -q --root \(root) --"
                    + " sh -c 'rm \"${DOCKER_HOST#unix://}\" && date +%s'")
            #expect(outcome.status == 0, "\(outcome.err)")
            let gone = try #require(Double(outcome.out.trimmingCharacters(in: .newlines)))
            let took = Date.now.timeIntervalSince1970 - gone
            #expect(took < 8, "\(took) s")
            try await expectNothingLeft(in: root)
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root can become somebody else"))
    func `without root and an engine the error says what to do`() async throws {
        let outcome = try await Run.shell(
            """
            exec setpriv --reuid=65534 --regid=65534 --clear-groups \
                \(SandboxProgram.path) run -q --root /tmp -- true
            """, environment: ["DOCKER_HOST": "unix:///nonexistent.sock"])
        #expect(outcome.status == 69)
        #expect(outcome.err.contains("sudo"))
        #expect(outcome.err.contains("--no-engine"))
    }
}
