import Foundation
import TestSupport
import Testing

/// The program on terminals, some of which support no escape sequences.
@Suite(.serialized, .enabled(if: PseudoTerminal.isAvailable))
struct TerminalTests {
    private static let shared = Task {
        let sandbox = try await Sandbox.start(["--build-time", "1"])
        try await sandbox.image("app:v1", seed: 931)
        return sandbox
    }

    /// Runs a command line on a terminal; both its streams are that terminal.
    private func onTerminal(_ command: String, term: String) async throws -> Run {
        try await Self.shared.value.shell(
            "script -qec \"$COMMAND\" /dev/null </dev/null",
            environment: ["COMMAND": command, "TERM": term, "NO_COLOR": ""])
    }

    @Test func `a dumb terminal gets no escape sequence and no redrawn line`() async throws {
        let sandbox = try await Self.shared.value
        let folder = try Folder()
        let created = try await sandbox.enclavia(
            "enclave", "create", "--image", "alice/app:dumb", "--json")
        let id = try #require(try created.object()["id"] as? String)
        for command in [
            "push app:v1 app:dumb --wait", "history export \(folder.path)/lines",
            "history import \(folder.path)/lines", "history verify", "history", "status",
            "history stats", "enclave status \(id) --wait", "doctor", "history show 000000",
        ] {
            let run = try await onTerminal("enclavia \(command)", term: "dumb")
            #expect(!run.out.contains("\u{1B}"), "\(command): \(run.out.debugDescription)")
            let lines = run.out.replacing("\r\n", with: "\n")
            #expect(!lines.unicodeScalars.contains("\r"), "\(command)")
            #expect(!lines.isEmpty, "\(command)")
        }
    }

    @Test func `followed events cannot control a terminal`() async throws {
        let sandbox = try await Self.shared.value
        let folder = try Folder()
        let shown = "\(folder.path)/shown"
        try await sandbox.image(
            "hostile:v1", seed: 932,
            labels: ["org.opencontainers.image.revision": "abc\u{202E}\u{9B}31mdef"])
        let push = try await sandbox.enclavia("push", "hostile:v1", "hostile:v1")
        #expect(push.status == 0, "\(push.err)")
        let run = try await sandbox.shell(
            """
            script -qfec 'exec enclavia events --follow --since 1h --type push.finished' '\(shown)' \
                </dev/null >/dev/null & pid=$!
            for i in $(seq 400); do grep -q 'mdef' '\(shown)' && break; sleep 0.025; done
            kill $pid; wait $pid 2>/dev/null
            cat '\(shown)'
            """)
        #expect(run.out.contains(#"abc\u202e\u009b31mdef"#), "\(run.out.debugDescription)")
        #expect(!run.out.unicodeScalars.contains("\u{9B}"))
        #expect(!run.out.unicodeScalars.contains("\u{202E}"))
    }

    @Test func `an export to a terminal cannot control it`() async throws {
        let run = try await onTerminal("enclavia history export /dev/tty", term: "xterm")
        #expect(run.out.contains(#"abc\u202e\u009b31mdef"#), "\(run.out.debugDescription)")
        #expect(!run.out.unicodeScalars.contains("\u{202E}"))
    }

    /// Where the client's output goes while it pushes, as the client reports it.
    ///
    /// - Parameters:
    ///   - binary: whether the file of the client is machine code: bash, which runs a script before anything else.
    ///   - options: of the push.
    private func stream(_ name: String, binary: Bool, term: String, options: String = "")
        async throws -> String
    {
        let folder = try Folder()
        let script = """
            if [ "$1" = push ]; then
                [ -t 1 ] && stream=terminal || stream=pipe
                echo $stream >>'\(folder.path)/streams'
            fi
            unset BASH_ENV
            exec docker "$@"
            """
        let client = "\(folder.path)/docker"
        var variables = "ENCLAVIA_ENGINE='\(client)'"
        if binary {
            // Bash uses the first word as the name of the script, $0.
            let file = try folder.write("set -- \"$0\" \"$@\"\n" + script, to: "script")
            variables += " BASH_ENV='\(file)'"
            try FileManager.default.createSymbolicLink(
                atPath: client, withDestinationPath: "/bin/bash")
        } else {
            try folder.write("#!/bin/sh\n" + script, to: "docker", mode: 0o755)
        }
        let push = try await onTerminal(
            "\(variables) enclavia push app:v1 client:\(name) \(options)", term: term)
        #expect(push.out.contains("/alice/client@sha256:"), "\(push.out)")
        return try String(contentsOfFile: "\(folder.path)/streams", encoding: .utf8)
    }

    @Test(arguments: [
        ("xterm", "", "terminal\n"), ("dumb", "", "pipe\n"), ("xterm", "--quiet", "pipe\n"),
        ("xterm", "--progress none", "pipe\n"), ("xterm", "--progress plain", "pipe\n"),
    ])
    func `Docker's client gets a terminal of its own if its progress is redrawn`(
        _ term: String, _ options: String, _ expected: String
    ) async throws {
        let stream = try await stream("binary", binary: true, term: term, options: options)
        #expect(stream == expected)
    }

    @Test func `a client that is a script, which may run sudo, has a pipe`() async throws {
        let stream = try await stream("script", binary: false, term: "xterm")
        #expect(stream == "pipe\n")
    }

    @Test func `any other terminal gets colours`() async throws {
        let run = try await onTerminal("enclavia history show 000000", term: "xterm")
        #expect(run.out.contains("\u{1B}[31merror:\u{1B}[0m"), "\(run.out.debugDescription)")
    }
}
