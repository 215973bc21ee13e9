import Foundation
import TestSupport
import Testing

/// Checkpoints that the real ssh-keygen signs and checks.
struct CheckpointSignatureTests {
    private let folder: Folder

    /// A history of two imported records, and the keys of alice and of mallory.
    init() async throws {
        folder = try Folder()
        let corpus = try await Corpus(records: 2)
        let made = try await Self.run(
            """
            enclavia history import '\(corpus.file)' >import.out
            for name in alice mallory; do ssh-keygen -q -t ed25519 -N '' -C $name -f $name; done
            echo "alice@example.com $(cat alice.pub)" >signers
            """, folder)
        try #require(made.status == 0, "\(made.err)")
    }

    private static func run(
        _ script: String, _ folder: Folder, path: String? = nil
    ) async throws -> Run {
        let build = (Build.product("enclavia") as NSString).deletingLastPathComponent
        return try await Run.program(
            "/bin/bash", ["-e", "-c", script],
            environment: [
                "PATH": path ?? "\(build):/usr/local/bin:/usr/bin:/bin", "HOME": folder.path,
                "ENCLAVIA_STATE_DIR": "\(folder.path)/state", "LC_ALL": "C.UTF-8",
                "SSH_AUTH_SOCK": "", "SSH_ASKPASS": "", "DISPLAY": "",
            ], directory: folder.path)
    }

    private func run(_ script: String, path: String? = nil) async throws -> Run {
        try await Self.run(script, folder, path: path)
    }

    private static let verify =
        "enclavia history verify --checkpoint cp --allowed-signers signers --identity alice@example.com"

    private func sign(with key: String = "alice") async throws {
        let run = try await run("enclavia history checkpoint --out cp --sign \(key)")
        try #require(run.status == 0, "\(run.err)")
    }

    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    private static let before = [
        "alice", "alice.pub", "import.out", "mallory", "mallory.pub", "signers", "state",
    ]

    @Test func `a signed checkpoint is verified, by this program and by ssh-keygen`() async throws {
        try await sign()
        #expect(try names() == (Self.before + ["cp", "cp.sig"]).sorted())
        let verified = try await run(Self.verify)
        #expect(verified.status == 0, "\(verified.out)\(verified.err)")
        #expect(
            verified.out.contains("checkpoint cp, signed by alice@example.com: the history up to"))
        #expect(verified.err.isEmpty)
        let object = try await run("\(Self.verify) --json").object()
        let results = try #require(object["checkpoints"] as? [[String: Any]])
        #expect(results.first?["signature"] as? String == "valid")
        #expect(results.first?["signed_by"] as? String == "alice@example.com")
        let plain = try await run(
            "ssh-keygen -Y verify -n enclavia-history -I alice@example.com -f signers -s cp.sig <cp;"
                + " stat -c %a cp cp.sig")
        #expect(plain.status == 0, "\(plain.out)\(plain.err)")
        #expect(plain.out.hasSuffix("600\n600\n"))
    }

    /// What is done to a signed checkpoint, and what is said then.
    private static let attacks: [(script: String, message: String)] = [
        ("rm cp.sig", "is not signed: there is no file cp.sig"),
        (": >cp.sig", "has no valid signature"),
        ("rm cp.sig; ssh-keygen -q -Y sign -n enclavia-history -f mallory cp", "no key of alice@"),
        (
            "rm cp.sig; ssh-keygen -q -Y sign -n git -f alice cp",
            "namespace does not match"
        ),
        ("echo \"mallory@example.com $(cat alice.pub)\" >signers", "no key of alice@example.com"),
        (
            "echo \"alice@example.com valid-before=\\\"20200101\\\" $(cat alice.pub)\" >signers",
            "key has expired"
        ),
        (
            "echo \"alice@example.com namespaces=\\\"git\\\" $(cat alice.pub)\" >signers",
            "is not permitted for use in signature namespace"
        ),
        ("echo junk >signers", "no key of alice@example.com in"),
        (
            "sed -i 's/time: 20/time: 21/' cp",
            "has no valid signature: Signature verification failed"
        ),
        (
            "sed -i 's/$/\\r/' cp", "has no valid signature"
        ),
    ]

    @Test(arguments: attacks.indices)
    func `a checkpoint that the identity did not sign, now, is refused`(
        _ index: Int
    ) async throws {
        let (script, message) = Self.attacks[index]
        try await sign()
        let attack = try await run(script)
        #expect(attack.status == 0, "\(attack.err)")
        let verified = try await run(Self.verify)
        #expect(verified.status == 1, "\(verified.out)\(verified.err)")
        #expect(
            verified.out.contains("checkpoint cp") && verified.out.contains(message),
            "\(verified.out)")
        let object = try await run("\(Self.verify) --json || true").object()
        let differences = try #require(object["differences"] as? [[String: Any]])
        #expect(differences.contains { $0["kind"] as? String == "signature" })
    }

    @Test func `a key in an agent signs, by its public key`() async throws {
        let run = try await run(
            """
            eval "$(ssh-agent -s)" >agent.out
            trap 'ssh-agent -k >agent.out' EXIT
            ssh-add -q alice && mkdir away && mv alice away
            enclavia history checkpoint --out cp --sign alice.pub
            \(Self.verify)
            """)
        #expect(run.status == 0, "\(run.out)\(run.err)")
        #expect(run.out.contains("signed by alice@example.com"))
    }

    @Test(.enabled(if: PseudoTerminal.isAvailable))
    func `ssh-keygen asks for a passphrase on the terminal`() async throws {
        let run = try await run(
            """
            ssh-keygen -q -p -P '' -N secret -f alice
            cat >ask.py <<'END'
            import pexpect, sys
            child = pexpect.spawn('enclavia history checkpoint --out cp --sign alice', timeout=20)
            child.expect('passphrase')
            child.sendline('secret')
            child.expect(pexpect.EOF)
            child.close()
            sys.exit(child.exitstatus or 0)
            END
            python3 ask.py && \(Self.verify)
            """)
        #expect(run.status == 0, "\(run.out)\(run.err)")
    }

    @Test func `nothing is left if ssh-keygen does not sign`() async throws {
        let refused = try await run(
            "ssh-keygen -q -p -P '' -N secret -f alice;"
                + " setsid -w enclavia history checkpoint --out cp --sign alice")
        #expect(refused.status == 69, "\(refused.err)")
        #expect(refused.err.contains("error: ssh-keygen did not sign with "))
        #expect(try names() == Self.before)
        #expect(
            !FileManager.default.fileExists(atPath: "\(folder.path)/state/checkpoints.jsonl"))
    }

    @Test func `without ssh-keygen, signing and checking a signature are exit 69`() async throws {
        let path = "\(folder.path)/bin"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false)
        let enclavia = Build.product("enclavia")
        let signing = try await run(
            "'\(enclavia)' history checkpoint --out cp --sign alice --json", path: path)
        #expect(signing.status == 69)
        #expect(try signing.object()["kind"] as? String == "program_unavailable")
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/cp"))
        try await sign()
        let script = Self.verify.replacing("enclavia history", with: "'\(enclavia)' history")
        let verified = try await run(script, path: path)
        #expect(verified.status == 69, "\(verified.out)\(verified.err)")
        #expect(verified.err.contains("ssh-keygen is not on PATH"))
        // A directory that is not in PATH cannot have another one.
        #expect(verified.out.isEmpty)
    }

    @Test func `a checkpoint is read from standard input and from a pipe`() async throws {
        let run = try await run(
            """
            enclavia history checkpoint >cp
            enclavia history verify --checkpoint - <cp
            enclavia history verify --checkpoint=- <cp
            enclavia history verify --checkpoint <(sleep 0.2; cat cp)
            """)
        #expect(run.status == 0, "\(run.out)\(run.err)")
        #expect(run.out.contains("checkpoint standard input: the history up to event"))
    }
}
