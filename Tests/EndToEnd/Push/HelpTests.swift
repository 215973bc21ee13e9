import TestSupport
import Testing

/// Commands that need no account, no store and no engine.
struct HelpTests {
    private static let verbs = [
        "push", "history", "status", "enclave", "notify", "events", "auth", "doctor", "completion",
        "schema",
    ]
    private static let nested = [
        "auth": ["login", "status", "logout", "docker"],
        "enclave": [
            "list", "create", "status", "logs", "stop", "start", "restart", "destroy",
        ],
        "history": [
            "list", "show", "at", "stats", "export", "import", "verify", "reconcile", "prune",
        ],
    ]

    private func enclavia(_ arguments: [String]) async throws -> Run {
        try await Run.program(
            Build.product("enclavia"), arguments,
            environment: ["HOME": "/nonexistent", "ENCLAVIA_STATE_DIR": "/nonexistent/state"])
    }

    @Test(arguments: [["--help"], ["help"], [], ["-h"]])
    func `help lists the verbs on standard output`(_ words: [String]) async throws {
        let help = try await Run.program(Build.product("enclavia"), words)
        #expect(help.status == 0)
        #expect(help.err == "")
        for verb in Self.verbs { #expect(help.out.contains("\n  \(verb) ")) }
    }

    @Test func `each verb has help, and there is a version`() async throws {
        let deeper = Self.nested.flatMap { group, verbs in verbs.map { [group, $0] } }
        for words in Self.verbs.map({ [$0] }) + deeper {
            let help = try await enclavia(words + ["--help"])
            #expect(help.status == 0)
            #expect(help.err == "")
            #expect(help.out.contains("USAGE: enclavia \(words.joined(separator: " "))"))
        }
        let version = try await enclavia(["--version"])
        #expect(version.status == 0)
        #expect(version.out.split(separator: ".").count == 3)
    }

    @Test func `a command that makes no connection reads no certificate authorities`()
        async throws
    {
        let folder = try Folder()
        // Opening a pipe without a writer would block for ever.
        let commands = ["--help", "--version", "__complete push ''", "history list --json"]
        for command in commands {
            let run = try await Run.shell(
                "rm -f pipe; mkfifo pipe; timeout 20 '\(Build.product("enclavia"))' \(command)",
                environment: [
                    "HOME": folder.path, "ENCLAVIA_STATE_DIR": "\(folder.path)/state",
                    "SSL_CERT_FILE": "\(folder.path)/pipe",
                    "SSL_CERT_DIR": "\(folder.path)/nowhere",
                ], directory: folder.path)
            #expect(run.status == 0, "\(command): \(run.err)")
        }
    }
}
