import Foundation
import TestSupport
import Testing

/// What a parent leaves to the process that it starts: ignored and blocked signals, and limits.
@Suite(.serialized)
struct InheritedStateTests {
    private static let shared = Task {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("app:v1", seed: 71)
        return sandbox
    }

    /// A command prefix that runs the Python statements and then executes the command after it.
    private static func parent(_ statements: String) -> [String] {
        let script = """
            import os, resource, signal, sys
            \(statements)
            os.execvp(sys.argv[1], sys.argv[1:])
            """
        return ["python3", "-c", script]
    }

    private static let block =
        "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGINT, signal.SIGCHLD])"

    @Test(arguments: [
        "signal.signal(signal.SIGCHLD, signal.SIG_IGN)",
        "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))",
        "resource.setrlimit(resource.RLIMIT_NOFILE, (32, 4096))",
    ])
    func `a push works despite signals and limits that its parent ignored, blocked or set`(
        _ statements: String
    ) async throws {
        let sandbox = try await Self.shared.value
        let push = try Launched(
            ["push", "app:v1", "app:inherited"], in: sandbox, wrapper: Self.parent(statements))
        #expect(try await push.status(within: 20) == 0, "\(push.err)")
    }

    @Test
    func `a limit of open files that cannot be raised far enough is named before a push begins`()
        async throws
    {
        let sandbox = try await Self.shared.value
        let limit = Self.parent("resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))")
        let push = try Launched(["push", "app:v1", "app:few"], in: sandbox, wrapper: limit)
        #expect(try await push.status(within: 20) == 78, "\(push.err)")
        #expect(push.err.contains("the limit of open files: is 32, and 64 are needed"))
        let history = try Launched(["history", "list"], in: sandbox, wrapper: limit)
        #expect(try await history.status(within: 20) == 0, "\(history.err)")
    }

    @Test func `the sandbox works if its parent ignored SIGCHLD`() async throws {
        let sandbox = try await Self.shared.value
        let script = Self.parent("signal.signal(signal.SIGCHLD, signal.SIG_IGN)")
        let run = try await Run.program(
            script[0],
            Array(script.dropFirst()) + [
                Build.product("enclavia-sandbox"), "run", "--quiet", "--no-engine", "--", "sh",
                "-c",
                "exit 7",
            ], environment: ["DOCKER_HOST": sandbox.environment["DOCKER_HOST"] ?? ""])
        #expect(run.status == 7, "\(run.err)")
    }

    @Test(arguments: [(SIGTERM, 143), (SIGINT, 130)] as [(Int32, Int32)])
    func `a signal that the parent blocked still ends a command`(_ signal: Int32, _ code: Int32)
        async throws
    {
        let sandbox = try await Self.shared.value
        let events = try Launched(
            ["events", "--follow"], in: sandbox, wrapper: Self.parent(Self.block))
        let isHandled = try await eventually { Self.handles(signal, events.identifier) }
        try #require(isHandled)
        events.send(signal)
        #expect(try await events.status(within: 5) == code, "\(events.err)")
    }

    /// Whether the process has a handler for the signal (proc(5), `SigCgt`).
    private static func handles(_ signal: Int32, _ process: Int32) -> Bool {
        let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = status?.split(separator: "\n").first { $0.hasPrefix("SigCgt:") }
        let caught = line.flatMap { UInt64($0.dropFirst(8), radix: 16) } ?? 0
        return caught & (1 << UInt64(signal - 1)) != 0
    }

    @Test(arguments: [SIGHUP, SIGINT, SIGQUIT])
    func `a signal that the parent ignored, as nohup does, stays ignored`(_ signal: Int32)
        async throws
    {
        let sandbox = try await Self.shared.value
        let tag = "ignored\(signal)"
        try await sandbox.faults(["me": "hang"])
        let push = try Launched(
            ["push", "app:v1", "app:\(tag)"], in: sandbox,
            wrapper: Self.parent("signal.signal(\(signal), signal.SIG_IGN)"))
        try await begins(tag, sandbox)
        push.send(signal)
        push.send(SIGTERM)
        #expect(try await push.status(within: 5) == 143, "\(push.err)")
        try await sandbox.faults([:])
    }

    @Test(arguments: [SIGSEGV, SIGABRT, SIGQUIT])
    func `no signal leaves a core dump while tokens are held`(_ signal: Int32) async throws {
        let sandbox = try await Self.shared.value
        let tag = "core\(signal)"
        let folder = try Folder()
        try await sandbox.faults(["me": "hang"])
        let push = try Launched(
            ["push", "app:v1", "app:\(tag)"], in: sandbox,
            wrapper: Self.parent(
                """
                resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2)
                os.chdir("\(folder.path)")
                """))
        try await begins(tag, sandbox)
        // However the machine handles core dumps, the kernel checks these two first.
        let limits = try String(contentsOfFile: "/proc/\(push.identifier)/limits", encoding: .utf8)
        #expect(limits.contains(#/Max core file size +0 /#), "\(limits)")
        let filter = try String(
            contentsOfFile: "/proc/\(push.identifier)/coredump_filter", encoding: .utf8)
        #expect(filter == "00000000\n")
        push.send(signal)
        let code = try await push.status(within: 5)
        #expect(code == 128 + signal, "\(push.err)")
        try await sandbox.faults([:])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }

    @Test func `the engine's client inherits the settings that prevent a core dump`() async throws {
        let sandbox = try await Self.shared.value
        let folder = try Folder()
        let client = try folder.write(
            """
            #!/bin/sh
            cat /proc/$$/coredump_filter >>'\(folder.path)/filter'
            ulimit -Sc >>'\(folder.path)/filter'
            exec docker "$@"
            """, to: "docker", mode: 0o755)
        let push = try await sandbox.enclavia(
            "push", "app:v1", "app:client", environment: ["ENCLAVIA_ENGINE": client])
        #expect(push.status == 0, "\(push.err)")
        let seen = try String(contentsOfFile: "\(folder.path)/filter", encoding: .utf8)
        #expect(Set(seen.split(separator: "\n")) == ["00000000", "0"])
    }

    @Test func `a file size limit is an error and does not kill a process`() async throws {
        let sandbox = try await Self.shared.value
        let run = try await sandbox.shell(
            "(ulimit -f 0; enclavia push app:v1 app:limit 2>&1; echo exit $?) | cat")
        #expect(run.out.contains("File too large"), "\(run.out)")
        #expect(run.out.hasSuffix("exit 78\n"), "\(run.out)")
    }

    @Test func `the error for an unwritable home directory names it and the variables to set`()
        async throws
    {
        let sandbox = try await Self.shared.value
        let home = ["HOME": "/proc", "XDG_STATE_HOME": ""]
        let nowhere = try await sandbox.enclavia(
            "push", "app:v1", "app:home", environment: home.merging(["XDG_RUNTIME_DIR": ""]) { $1 })
        #expect(nowhere.status == 78, "\(nowhere.err)")
        for text in ["/proc/.local", "XDG_RUNTIME_DIR, ENCLAVIA_STATE_DIR or HOME"] {
            #expect(nowhere.err.contains(text), "\(nowhere.err)")
        }
        // A good runtime directory is enough.
        let spooled = try await sandbox.enclavia("push", "app:v1", "app:home", environment: home)
        #expect(spooled.status == 0, "\(spooled.err)")
    }

    private func begins(_ tag: String, _ sandbox: Sandbox) async throws {
        let hasBegun = try await eventually {
            try await sandbox.outcomes("app:\(tag)") == ["running"]
        }
        try #require(hasBegun)
    }
}
