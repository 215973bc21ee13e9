import EnclaviaCore
import EnclaviaEngine
import Foundation
import Synchronization
import Testing

/// Clients that fail, print too much or hang.
struct ClientFaultTests {
    static let denials = [
        "unauthorized", "unauthorized: authentication required",
        "denied: requested access to the resource is denied",
        "no basic auth credentials",
        "error parsing HTTP 401 response body: unexpected end of JSON input: \"\"\nunauthorized",
        "received unexpected HTTP status: 401 Unauthorized",
        "Error: trying to reuse blob: checking: Requesting bearer token: invalid status code from "
            + "registry 401 (Unauthorized)",
    ]

    @Test(arguments: denials)
    func `a refusal of the credentials is distinguished from a failure`(words: String)
        async throws
    {
        let client = try FakeClient(
            """
            echo 'The push refers to repository [registry.example/alice/denied]'
            printf '%s\\n' '\(words)' >&2
            exit 1
            """)
        let error = await #expect(throws: EngineError.self) { try await client.push() }
        guard case .denied(FakeClient.reference.description, let output) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(output.contains(words))
    }

    static let passing = [
        "received unexpected HTTP status: 500 Internal Server Error",
        "received unexpected HTTP status: 503 Service Unavailable",
        "toomanyrequests: this fault was injected", "unexpected status: 502",
        "Error: writing manifest: uploading manifest v1: StatusCode: 500, \"\"",
        "Get \"https://registry.example/v2/alice/denied/\": dial tcp: connection refused",
        "unexpected EOF",
    ]

    @Test(arguments: passing)
    func `a temporary refusal of the registry is distinguished from a failure`(words: String)
        async throws
    {
        let client = try FakeClient("printf '%s\\n' '\(words)' >&2; exit 1")
        await #expect(
            throws: EngineError.busy(name: FakeClient.reference.description, output: words)
        ) {
            try await client.push()
        }
    }

    static let failures = [
        "Get \"https://registry.example/v2/alice/denied/\": x509: certificate has expired",
        "no space left on device", "write /dev/stdout: permission denied",
    ]

    @Test func `a permanent refusal of the registry is distinguished from a failure`()
        async throws
    {
        let words = "manifest invalid: manifest invalid"
        let client = try FakeClient("printf '%s\\n' '\(words)' >&2; exit 1")
        await #expect(
            throws: EngineError.rejected(
                reference: FakeClient.reference.description, output: words)
        ) {
            try await client.push()
        }
    }

    @Test(arguments: failures)
    func `any other failure has the client's status and message`(words: String) async throws {
        let client = try FakeClient("printf '%s\\n' '\(words)' >&2; exit 3")
        await #expect(
            throws: EngineError.failed(command: "docker push", status: 3, output: words)
        ) {
            try await client.push()
        }
    }

    @Test func `an error has only the end of the client's output`() async throws {
        let client = try FakeClient(
            "i=0; while [ $i -lt 3000 ]; do echo \"line $i\"; i=$((i+1)); done; exit 1")
        let lines = Mutex(0)
        let error = await #expect(throws: EngineError.self) {
            try await client.push { piece in
                if case .line = piece { lines.withLock { $0 += 1 } }
            }
        }
        guard case .failed(_, _, let output) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(lines.withLock { $0 } == 3000)
        #expect(output.utf8.count <= 4096)
        #expect(output.hasSuffix("line 2999"))
        #expect(output.hasPrefix("line "))
    }

    @Test func `lines are reported as the client prints them`() async throws {
        let client = try FakeClient(
            """
            echo first
            while [ ! -e "$FILES/heard" ]; do sleep 0.01; done
            echo second
            """)
        let files = client.files
        let digest = try await client.push { piece in
            if piece == .line("first") {
                #expect(throws: Never.self) { try files.write("", to: "heard") }
            }
        }
        #expect(digest == nil)
    }

    @Test func `binary output and endless lines are harmless`() async throws {
        let digest = String(repeating: "d", count: 64)
        let client = try FakeClient(
            """
            head -c 300000 /dev/zero
            printf '\\377\\376\\n'
            head -c 200000 /dev/urandom
            printf '\\nv1: digest: sha256:\(digest) size: 1'
            """)
        #expect(try await client.push()?.hex == digest)
    }

    @Test func `a cancelled push ends a client that does not ignore signals at once`()
        async throws
    {
        let client = try FakeClient("echo started; exec sleep 60")
        let took = try await Self.cancelWhenStarted(client)
        #expect(took < .seconds(20))
    }

    @Test func `a cancelled push kills a client that ignores signals, and its children`()
        async throws
    {
        let client = try FakeClient(
            """
            trap '' TERM INT
            (trap '' TERM INT; sleep 60) &
            echo $$ > "$FILES/client"; echo $! > "$FILES/child"
            echo started
            wait
            sleep 60
            """)
        let took = try await Self.cancelWhenStarted(client)
        #expect(took > .milliseconds(1000))
        #expect(took < .seconds(20))
        for name in ["client", "child"] {
            let process = try #require(
                Int32(try client.files.read(name).trimmingCharacters(in: .whitespacesAndNewlines)))
            // A killed process may remain as a zombie if its parent does not reap it.
            let state = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
            #expect(state?.split(separator: " ")[2] ?? "Z" == "Z")
        }
    }

    @Test func `a child that keeps the pipe open does not delay the push`() async throws {
        let client = try FakeClient("sleep 30 & echo done; exit 0")
        let began = ContinuousClock.now
        #expect(try await client.push() == nil)
        #expect(began.duration(to: .now) < .seconds(10))
    }

    @Test func `the complete password of a login is sent through a pipe`() async throws {
        let client = try FakeClient(
            """
            [ "$1" = login ] || exit 0
            cat > "$FILES/password"; echo "$@" > "$FILES/arguments"
            """)
        let session = try await client.engine.openSession(for: "registry.example")
        let password = String(repeating: "p\"'$ é", count: 1000)
        try await session.login(handle: "alice", password: Secret(password))
        await session.close()
        #expect(try client.files.read("password") == password)
        #expect(
            try client.files.read("arguments")
                == "login --username alice --password-stdin -- registry.example\n")
    }

    @Test func `a client that does not read its password only fails the login`() async throws {
        let client = try FakeClient("exec <&-; echo no >&2; exit 1")
        let session = try await client.engine.openSession(for: "registry.example")
        for _ in 0..<20 {
            await #expect(
                throws: EngineError.loginFailed(registry: "registry.example", output: "no")
            ) {
                try await session.login(
                    handle: "alice", password: Secret(String(repeating: "p", count: 60000)))
            }
        }
        await #expect(throws: EngineError.self) {
            try await session.login(
                handle: "alice", password: Secret(String(repeating: "p", count: 100_000)))
        }
        await session.close()
    }

    @Test func `a script that only mentions podman is treated as docker`() async throws {
        let client = try FakeClient(
            """
            # Not for podman.
            if [ "$1" = --version ]; then echo 'Docker version 28.2.2'; exit; fi
            echo "$@" > "$FILES/arguments"
            """)
        #expect(try await client.push() == nil)
        #expect(
            try client.files.read("arguments") == "push -- \(FakeClient.reference.description)\n")
    }

    private static func cancelWhenStarted(_ client: FakeClient) async throws -> Duration {
        let (starts, continuation) = AsyncStream.makeStream(of: Void.self)
        let push = Task {
            try await client.push { piece in
                if piece == .line("started") { continuation.yield() }
            }
        }
        for await _ in starts { break }
        let began = ContinuousClock.now
        push.cancel()
        let result = await push.result
        let took = began.duration(to: .now)
        #expect(throws: EngineError.self) { try result.get() }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: client.files.path("runtime")) == [])
        return took
    }
}
