import TestSupport
import Testing

/// What needs no account, no store and no engine.
struct HelpTests {
    private func enclavia(_ arguments: String...) async throws -> Run {
        try await Run.program(
            Build.product("enclavia"), arguments,
            environment: ["HOME": "/nonexistent", "ENCLAVIA_STATE_DIR": "/nonexistent/state"])
    }

    @Test(arguments: [["--help"], ["help"], [], ["-h"]])
    func `help lists the verbs on standard output`(_ words: [String]) async throws {
        let help = try await Run.program(Build.product("enclavia"), words)
        #expect(help.status == 0)
        #expect(help.err == "")
        for verb in ["push", "history", "status", "enclave"] {
            #expect(help.out.contains("  \(verb)"))
        }
    }

    @Test func `each verb has help, and there is a version`() async throws {
        for verb in ["push", "history", "status", "enclave"] {
            let help = try await enclavia(verb, "--help")
            #expect(help.status == 0)
            #expect(help.out.contains("USAGE: enclavia \(verb)"))
        }
        let version = try await enclavia("--version")
        #expect(version.status == 0)
        #expect(version.out.split(separator: ".").count == 3)
    }
}
