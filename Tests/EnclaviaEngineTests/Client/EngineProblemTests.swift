import EnclaviaCore
import EnclaviaEngine
import Testing

/// Problems between a client and its engine, at each command that may show them.
struct EngineProblemTests {
    enum Step: String, CaseIterable {
        case inspect, login, tag, push
    }

    private static func run(_ step: Step, _ engine: DockerEngine) async throws {
        if step == .inspect {
            _ = try await engine.inspect("app:v1")
            return
        }
        let reference = FakeClient.reference
        let session = try await engine.openSession(for: reference.registry)
        let result = await Result.catching {
            switch step {
            case .inspect: break
            case .login: try await session.login(handle: "alice", password: Secret("password"))
            case .tag: try await session.tag("image", as: reference)
            case .push: _ = try await session.push("image", as: reference) { _ in }
            }
        }
        await session.close()
        try result.get()
    }

    @Test(arguments: Step.allCases)
    func `an engine problem is reported as one at every step`(_ step: Step) async throws {
        let words =
            "Error response from daemon: client version 1.41 is too old. Minimum supported API"
            + " version is 1.44, please upgrade your client to a newer version"
        let client = try FakeClient(
            "echo WARNING: proxy; echo '\(words)' >&2; exit 1",
            environment: ["DOCKER_HOST": "tcp://127.0.0.1:9"])
        await #expect(throws: EngineError.problem(.apiVersion, reason: words)) {
            try await Self.run(step, client.engine)
        }
    }

    @Test(arguments: [Step.login, .push])
    func `a denial of ssh is not reported as a denial of the registry`(_ step: Step) async throws {
        let words = "a@host: Permission denied (publickey)."
        let client = try FakeClient(
            """
            printf '%s\\n' 'error during connect: Post "http://docker.example.com/v1.24/x": command \
            [ssh host] has exited with exit status 255: stderr=\(words)' >&2
            exit 1
            """, environment: ["DOCKER_HOST": "tcp://127.0.0.1:9"])
        await #expect(throws: EngineError.problem(.noResponse, reason: words)) {
            try await Self.run(step, client.engine)
        }
    }

    @Test(arguments: [
        #"Error response from daemon: Get "https://registry.example/v2/": unauthorized: no"#,
        "denied: Cannot connect to the Docker daemon",
    ])
    func `a login that the registry refuses is reported as a failed login`(_ words: String)
        async throws
    {
        let client = try FakeClient(
            "printf '%s\\n' '\(words)' >&2; exit 1",
            environment: ["DOCKER_HOST": "tcp://127.0.0.1:9"])
        await #expect(
            throws: EngineError.loginFailed(registry: "registry.example", output: words)
        ) {
            try await Self.run(.login, client.engine)
        }
    }

    @Test(arguments: EngineLab.clients)
    func `a real client that is too new for its engine says so at the login`(
        client: String
    ) async throws {
        let lab = try await EngineLab.shared
        var machine = try Machine(lab, program: client)
        machine.environment["DOCKER_API_VERSION"] = "1.99"
        let engine = machine.engine
        let error = await #expect(throws: EngineError.self) {
            try await Self.run(.login, engine)
        }
        guard case .problem(.apiVersion, let reason) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.contains("1.99"))
    }
}
