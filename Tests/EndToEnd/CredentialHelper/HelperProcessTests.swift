import Foundation
import TestSupport
import Testing

/// `docker-credential-enclavia` as a process: who runs it, where, how often, and what it opens.
@Suite(.serialized)
struct HelperProcessTests {
    private static let shared = Task { try await Sandbox.start(engine: false) }

    private func place() async throws -> HelperPlace {
        try await HelperPlace(try await Self.shared.value)
    }

    @Test func `no history is opened or made`() async throws {
        let place = try await place()
        let state = ["XDG_STATE_HOME": "\(place.folder.path)/state"]
        let trace = "\(place.folder.path)/trace"
        let run = try await place.shell(
            """
            for verb in get list store erase; do
                printf %s "$R" | strace -f -qq -o '\(trace)'.$verb -e trace=%file docker-credential-enclavia $verb
            done >/dev/null
            cat '\(trace)'.*
            """, environment: state)
        #expect(run.status == 0 && run.err == "")
        #expect(run.out.contains("credentials.json"))
        for name in ["history.db", "events.jsonl", "/state"] {
            #expect(!run.out.contains(name), "\(name)")
        }
        #expect(!FileManager.default.fileExists(atPath: "\(place.folder.path)/state"))
    }

    @Test(.enabled(if: geteuid() == 0, "only root can become somebody else"))
    func `a user without a home directory logs in with the token in the environment`() async throws
    {
        let place = try await place()
        let token = try #require(try place.sandbox.secrets.first)
        // The build folder may be closed to other users.
        let run = try await place.shell(
            """
            chmod 755 . && mkdir -m 755 open && cp "$(command -v enclavia)" open/enclavia
            ln -s enclavia open/docker-credential-enclavia
            for home in '' '/nonexistent' '/proc/none' relative; do
                printf %s "$R" | env -i ${home:+HOME="$home"} ENCLAVIA_TOKEN="$ENCLAVIA_TOKEN" \\
                    ENCLAVIA_BACKEND_URL="$ENCLAVIA_BACKEND_URL" \\
                    setpriv --reuid=12345 --regid=12345 --clear-groups \\
                    ./open/docker-credential-enclavia get
            done
            """, environment: ["ENCLAVIA_TOKEN": token])
        #expect(run.err == "")
        let answers = run.out.split(separator: "\n")
        #expect(answers.count == 4)
        #expect(answers.allSatisfy { $0.contains(#""Username":"alice""#) }, "\(run.out)")
        let none = try await place.shell(
            """
            printf %s "$R" | env -i setpriv --reuid=12345 --regid=12345 --clear-groups \\
                ./open/docker-credential-enclavia get
            """)
        #expect(none.out.hasPrefix("no home directory is known") && none.status == 1, "\(none.out)")
    }

    @Test
    func `two hundred clients at once are all answered, and an expired token is refreshed once`()
        async throws
    {
        let place = try await place()
        _ = try await place.sandbox.control("POST", "expire", "{}")
        try await place.sandbox.clearLog()
        let run = try await place.shell(
            """
            for n in $(seq 200); do
                printf %s "$R" | docker-credential-enclavia get >answer.$n 2>error.$n || echo $n: $? &
            done
            wait
            cat answer.* | jq -r .Username | sort | uniq -c | tr -s ' '
            cat error.*
            """)
        #expect(run.out == " 200 alice\n", "\(run.out)")
        #expect(run.err == "")
        #expect(try await place.sandbox.log("/oauth/token").count == 1)
    }

    /// Runs the helper on a terminal on which that is typed, and prints what it shows.
    private static let typist = """
        import os, pty, sys
        process, terminal = pty.fork()
        if process == 0:
            os.execvp("docker-credential-enclavia", ["docker-credential-enclavia", sys.argv[1]])
        os.write(terminal, sys.argv[2].encode())
        try:
            while piece := os.read(terminal, 1000):
                sys.stdout.write(piece.decode())
        except OSError:
            pass
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
        """

    @Test(
        .enabled(if: PseudoTerminal.isAvailable),
        arguments: [
            ("store", "", 0, ""), ("erase", "", 0, ""), ("list", "", 0, "alice"),
            ("get", "docker.io\n", 1, "credentials not found in native keychain"),
            ("get", "\n", 1, "no credentials server URL"),
        ])
    func `at a terminal, get reads one line, and the others wait for nothing`(
        _ verb: String, _ typed: String, _ status: Int32, _ shown: String
    ) async throws {
        let place = try await place()
        try place.folder.write(Self.typist, to: "type.py")
        let run = try await place.shell("timeout 20 python3 type.py \(verb) '\(typed)'")
        #expect(run.status == status, "\(run.err)")
        #expect(run.out.contains(shown) || shown.isEmpty && run.out.isEmpty, "\(run.out)")
    }
}
