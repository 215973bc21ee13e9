import Foundation
import TestSupport
import Testing

/// The question that `history prune` asks on a terminal.
@Suite(.enabled(if: PseudoTerminal.isAvailable))
struct PruneQuestionTests {
    /// Runs the command line on a pseudo-terminal, waits for the question, and types an answer.
    private static let driver = """
        import os, pty, select, sys, time
        answer, command = sys.argv[1], sys.argv[2:]
        pid, terminal = pty.fork()
        if pid == 0: os.execv(command[0], command)
        shown, asked, end = b'', False, time.monotonic() + 20
        while time.monotonic() < end:
            if not select.select([terminal], [], [], 0.1)[0]: continue
            try: more = os.read(terminal, 4096)
            except OSError: break
            if not more: break
            shown += more
            if not asked and b'[y/N] ' in shown:
                asked = True
                os.write(terminal, answer.encode().decode('unicode_escape').encode())
        sys.stdout.write(shown.decode())
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        sys.exit(code if code >= 0 else 128 - code)
        """

    private func prune(_ history: SampleHistory, answering answer: String) async throws -> Run {
        try await Run.program(
            "python3",
            ["-c", Self.driver, answer, Build.product("enclavia")]
                + ["history", "prune", "--before", "now", "--color", "never"],
            environment: ["ENCLAVIA_STATE_DIR": history.stateDirectory, "TERM": "xterm"])
    }

    private func pushes(_ history: SampleHistory) async throws -> String {
        try await Run.program(
            "sqlite3", [history.database, "SELECT count(*) FROM push_v1"]
        ).out
    }

    @Test(arguments: ["n\\n", "\\n", "yesterday\\n", "\\x04"])
    func `any answer but yes deletes nothing`(answer: String) async throws {
        let history = try await SampleHistory()
        let run = try await prune(history, answering: answer)
        #expect(run.status == 1, "\(run.out)")
        #expect(run.out.contains("delete 1 event of 1 push that finished"), "\(run.out)")
        #expect(run.out.contains("nothing was pruned"), "\(run.out)")
        #expect(try await pushes(history) == "6\n")
    }

    @Test(arguments: ["y\\n", "YES\\n"])
    func `yes deletes what the question says`(answer: String) async throws {
        let history = try await SampleHistory()
        let run = try await prune(history, answering: answer)
        #expect(run.status == 0, "\(run.out)")
        #expect(run.out.contains("deleted 1 event of 1 push that finished"), "\(run.out)")
        #expect(try await pushes(history) == "5\n")
    }

    @Test func `an interrupt deletes nothing`() async throws {
        let history = try await SampleHistory()
        let run = try await prune(history, answering: "\\x03")
        #expect(run.status == 130, "\(run.out)")
        #expect(try await pushes(history) == "6\n")
    }

    @Test func `without a terminal prune is refused`() async throws {
        let history = try await SampleHistory()
        let run = try await Run.program(
            Build.product("enclavia"), ["history", "prune", "--before", "now"],
            environment: ["ENCLAVIA_STATE_DIR": history.stateDirectory])
        #expect(run.status == 64)
        #expect(try await pushes(history) == "6\n")
    }
}
