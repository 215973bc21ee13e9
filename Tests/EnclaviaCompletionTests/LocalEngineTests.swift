import EnclaviaCompletion
import TestSupport
import Testing

/// Where the engine is without the client's configuration, and when that has to be read.
struct LocalEngineTests {
    private func engine(
        _ environment: [String: String], configuration: String? = nil
    ) throws -> LocalEngine {
        let home = try Folder()
        if let configuration { try home.write(configuration, to: ".docker/config.json") }
        return LocalEngine(
            environment: environment.merging(["HOME": home.path]) { given, _ in given })
    }

    @Test(arguments: [
        (["DOCKER_HOST": "unix:///run/e.sock"], LocalEngine.socket("/run/e.sock")),
        (["DOCKER_HOST": "unix:///run/e.sock", "DOCKER_CONTEXT": "x"], .socket("/run/e.sock")),
        (["DOCKER_HOST": "tcp://localhost:2375"], .other),
        (["DOCKER_HOST": "unix://relative"], .other),
        (["DOCKER_HOST": ""], .socket("/var/run/docker.sock")),
        (["DOCKER_CONTEXT": "default"], .socket("/var/run/docker.sock")),
        (["DOCKER_CONTEXT": ""], .socket("/var/run/docker.sock")),
        (["DOCKER_CONTEXT": "remote"], .configured),
        (["DOCKER_TLS_VERIFY": "1"], .other),
    ])
    func `the environment decides as for the client`(
        _ environment: [String: String], _ expected: LocalEngine
    ) throws {
        #expect(try engine(environment) == expected)
    }

    @Test(arguments: [
        (#"{"auths": {}}"#, LocalEngine.socket("/var/run/docker.sock")),
        ("", .socket("/var/run/docker.sock")),
        (#"{"currentContext": "remote"}"#, .configured),
        (#"{"\u0063urrentContext": "remote"}"#, .configured),
    ])
    func `a configuration that may choose a context has to be read`(
        _ text: String, _ expected: LocalEngine
    ) throws {
        #expect(try engine([:], configuration: text) == expected)
    }

    @Test func `a configuration that is not a file is left to the complete program`() async throws {
        let home = try Folder()
        let run = try await Run.shell(
            "mkdir .docker && mkfifo .docker/config.json", directory: home.path)
        try #require(run.status == 0)
        #expect(LocalEngine(environment: ["HOME": home.path]) == .configured)
    }
}
