import Foundation
import TestSupport
import Testing

/// Where a token goes, as the kernel sees it.
@Suite(.serialized)
struct SecretTests {
    private static let shared = Task {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("app:v1", seed: 67)
        return sandbox
    }

    /// What runs under strace: a shell command, the faults of the servers meanwhile, and the exit code of
    /// the shell.
    struct Scenario: Sendable, CustomTestStringConvertible {
        let name: String
        let line: String
        var faults: [String: String] = [:]
        /// Whether the access token has expired, so that it is refreshed.
        var hasExpired = false
        let status: Int32
        /// The places where secrets must appear.
        var places: Set<String> = ["socket", "pipe", "credentials", "docker"]
        var testDescription: String { name }
    }

    private static let scenarios = [
        // If the registry has no password of its own, the access token is the password.
        Scenario(
            name: "a push, after a refresh", line: "enclavia push app:v1 secret:v1",
            faults: ["me": "no-token"], hasExpired: true, status: 0),
        Scenario(
            name: "a push whose answers repeat everything",
            line: "enclavia push app:v1 secret:v1 --json", faults: ["notify": "echo"], status: 0,
            places: ["socket", "pipe", "docker"]),
        Scenario(
            name: "a backend that repeats everything", line: "enclavia push app:v1 secret:v2",
            faults: ["me": "echo"], status: 69, places: ["socket"]),
        Scenario(
            name: "a refresh that is refused with everything",
            line: "enclavia push app:v1 secret:v3 --json", faults: ["refresh": "echo*1"],
            hasExpired: true, status: 77, places: ["socket"]),
        Scenario(
            name: "a realm that repeats everything, in docker's words",
            line: "enclavia push app:v1 secret:v4", faults: ["token": "echo"], status: 69,
            places: ["socket", "pipe"]),
        Scenario(
            name: "a registry that repeats everything",
            line: "enclavia push app:v1 secret:v5", faults: ["registry": "read-echo"], status: 0,
            places: ["socket", "pipe", "docker"]),
        Scenario(
            name: "a login", line: "BROWSER='curl -sSL -o /dev/null' enclavia auth login",
            status: 0, places: ["socket", "credentials"]),
        Scenario(
            name: "a login whose code is refused with everything",
            line: "BROWSER='curl -sSL -o /dev/null' enclavia auth login --json",
            faults: ["code": "echo"], status: 77, places: ["socket"]),
    ]

    /// Every byte that the command and its children write to files, terminals and each other, and the
    /// arguments and the environment that they are started with.
    @Test(.enabled(if: PseudoTerminal.isAvailable), arguments: scenarios)
    func `secrets go only to the credentials, docker's input and configuration, and sockets`(
        _ scenario: Scenario
    ) async throws {
        let sandbox = try await Self.shared.value
        let folder = try Folder()
        let old = try sandbox.secrets
        if scenario.hasExpired { _ = try await sandbox.control("POST", "expire", "{}") }
        try await sandbox.faults(scenario.faults)
        // The terminal of `script` is what a person sees.
        try folder.write(
            """
            exec strace -f -qq -v -yy -s 1048576 -o \(folder.path)/trace \
                -e trace=execve,read,recvfrom,recvmsg,write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg,sendmmsg \
                \(scenario.line.hasPrefix("BROWSER") ? "env " : "")\(scenario.line)
            """, to: "run.sh")
        let run = try await sandbox.shell(
            "script -qec 'sh \(folder.path)/run.sh' \(folder.path)/screen </dev/null")
        try await sandbox.faults([:])
        let trace = try Data(contentsOf: URL(filePath: "\(folder.path)/trace"))
        #expect(run.status == scenario.status, "\(run.out)\(run.err)")

        let text = String(decoding: trace, as: UTF8.self)
        let secrets = Set(old + (try sandbox.secrets) + Self.secrets(in: text))
        #expect(secrets.count >= 2)
        let forms = SecretForms(Array(secrets))
        #expect(!forms.show(in: run.out + run.err))
        var places: Set<String> = []
        for line in text.split(separator: "\n") where Self.leaves(line) && forms.show(in: line) {
            places.insert(place(of: line))
        }
        #expect(places.isSuperset(of: scenario.places))
        #expect(places.isSubset(of: ["socket", "pipe", "credentials", "docker"]))
        try await sandbox.expectNoSecrets("\(scenario)")
        #expect(
            try forms.files(below: [sandbox.stateDirectory, folder.path + "/screen"]) == [])
    }

    /// Whether a line of the trace is about data that leaves a process.
    private static func leaves(_ line: Substring) -> Bool {
        let call = line.drop { !$0.isLetter }
        return !["read(", "recvfrom(", "recvmsg("].contains { call.hasPrefix($0) }
            && !["<... read", "<... recv"].contains { line.contains($0) }
    }

    /// The tokens that the sandbox issues and the code verifiers, found anywhere in the trace by their form.
    private static func secrets(in trace: String) -> [String] {
        let given = trace.matches(of: /sandbox-(?:access|refresh|registry|code)-[A-Za-z0-9_-]{8,}/)
        let tokens = trace.matches(of: /eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/)
        let verifiers = trace.matches(of: /code_verifier=([A-Za-z0-9_~.-]{20,})/)
        return given.map { String($0.output) } + tokens.map { String($0.output) }
            + verifiers.map { String($0.output.1) }
    }

    /// What a line of the trace writes to.
    private func place(of line: Substring) -> String {
        let call = line.drop { !$0.isLetter }.prefix { $0 != "(" }
        guard call != "execve" else { return "execve: \(line.prefix(120))" }
        let target = line.drop { $0 != "<" }.dropFirst().prefix { $0 != "," }
        if target.hasPrefix("TCP") || target.hasPrefix("UNIX") || target.hasPrefix("socket") {
            return "socket"
        }
        if target.hasPrefix("pipe:") { return "pipe" }
        if target.contains("/enclavia/") && target.contains("credentials") { return "credentials" }
        if target.contains("/enclavia-docker-") { return "docker" }
        return "\(call) \(target)"
    }

    @Test func `tokens that are typed as labels, messages and images are recorded nowhere`()
        async throws
    {
        let sandbox = try await Self.shared.value
        let tokens = try sandbox.secrets
        let (one, other) = (try #require(tokens.first), try #require(tokens.last))
        for image in ["app:v1", other] {
            let push = try await sandbox.enclavia(
                "push", image, "typed:v1", "--label", "note=\(other)", "--message", one)
            #expect(push.status == (image == other ? 66 : 0), "\(push.err)")
            #expect(!SecretForms(tokens).show(in: push.out + push.err))
        }
        try await sandbox.expectNoSecrets()
        let record = try #require(try await sandbox.records("typed:v1").last)
        #expect(record["message"] as? String == "•••")
        #expect(record["labels"] as? [String: String] == ["note": "•••"])
    }

    @Test func `child processes that need no token have none in their environment`() async throws {
        let sandbox = try await Self.shared.value
        let folder = try Folder()
        let token = try #require(try sandbox.secrets.first)
        let run = try await sandbox.shell(
            """
            strace -f -qq -v -s 65536 -e trace=execve -o \(folder.path)/trace \
                enclavia push app:v1 secret:v2
            """,
            environment: ["ENCLAVIA_TOKEN": token])
        #expect(run.status == 0, "\(run.err)")
        let trace = try String(contentsOfFile: "\(folder.path)/trace", encoding: .utf8)
        let calls = trace.split(separator: "\n").filter { $0.contains("execve(") }
        #expect(calls.count > 3)
        // The first call starts enclavia itself.
        #expect(calls.dropFirst().allSatisfy { !$0.contains(token) })
    }
}
