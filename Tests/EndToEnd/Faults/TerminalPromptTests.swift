import Foundation
import TestSupport
import Testing

/// Clients that prompt on the terminal, as a script that runs the client through sudo does.
@Suite(.serialized, .enabled(if: PseudoTerminal.isAvailable))
struct TerminalPromptTests {
    private static let shared = Task {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("app:v1", seed: 72)
        return sandbox
    }

    struct Client: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// The command of the client that does it, and what it does.
        let verb: String
        let script: String
        let command: String
    }

    static let asking: [Client] = [
        Client(
            testDescription: "reads from the terminal", verb: "login",
            script: "printf 'Password: ' >/dev/tty; read -r answer </dev/tty",
            command: "docker login"),
        Client(
            testDescription: "sets the modes of the terminal", verb: "push",
            script: "stty -echo </dev/tty", command: "docker push"),
        // As sudo does, while the script that runs it keeps waiting for it.
        Client(
            testDescription: "starts a program that stops itself", verb: "login",
            script: "python3 -c 'import os, signal; os.kill(os.getpid(), signal.SIGTTIN)'; :",
            command: "docker login"),
    ]

    @Test(arguments: asking)
    func `a client that prompts on the terminal is terminated, and the error says so`(
        _ client: Client
    ) async throws {
        let sandbox = try await Self.shared.value
        let run = try await push("app:asks", client, in: sandbox)
        #expect(run.status == 69, "\(run.out)\(run.err)")
        #expect(
            run.out.contains("error: \(client.command) asked for input on the terminal"),
            "\(run.out)")
        #expect(try await sandbox.outcomes("app:asks").first == "failed")
        try await sandbox.expectNoSecrets()
    }

    @Test func `a client that the user stops and continues is not terminated`() async throws {
        let sandbox = try await Self.shared.value
        let stopped = Client(
            testDescription: "", verb: "push",
            script: "(sleep 1; kill -CONT $$) & kill -STOP $$", command: "docker push")
        let run = try await push("app:continued", stopped, in: sandbox)
        #expect(run.status == 0, "\(run.out)\(run.err)")
    }

    /// Pushes on a terminal of its own; `out` is what that shows.
    private func push(_ destination: String, _ client: Client, in sandbox: Sandbox) async throws
        -> Run
    {
        let folder = try Folder()
        let docker = try folder.write(
            """
            #!/bin/sh
            [ "$1" = \(client.verb) ] && { \(client.script); }
            exec docker "$@"
            """, to: "docker", mode: 0o755)
        let driver = try folder.write(Self.driver, to: "driver.py")
        return try await sandbox.shell(
            "python3 '\(driver)' enclavia push app:v1 \(destination)",
            environment: ["ENCLAVIA_ENGINE": docker])
    }

    private static let driver = """
        import os, pty, signal, sys
        process, terminal = pty.fork()
        if process == 0:
            os.execvp(sys.argv[1], sys.argv[1:])
        signal.alarm(15)
        shown = b""
        try:
            while piece := os.read(terminal, 4096):
                shown += piece
        except OSError:
            pass
        sys.stdout.write(shown.decode(errors="replace"))
        sys.stdout.flush()
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
        """
}
