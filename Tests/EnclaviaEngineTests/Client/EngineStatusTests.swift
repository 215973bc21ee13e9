import EnclaviaCore
import EnclaviaEngine
import Testing

/// What doctor reports about the engine.
struct EngineStatusTests {
    @Test func `a working engine is described`() async throws {
        let lab = try await EngineLab.shared
        let machine = try Machine(lab)
        try machine.files.write(#"{"credsStore":"pass"}"#, to: "home/.docker/config.json")
        var status = await machine.engine.status()
        #expect(status.path == "/usr/local/bin/docker" || status.path == "/usr/bin/docker")
        #expect(!status.isPodman)
        #expect(status.endpoint == lab.host)
        #expect(status.engine?.name == "docker")
        #expect(status.unreachable == nil)
        #expect(status.credentialHelper?.program == "docker-credential-pass")
        #expect(status.credentialHelper?.path == nil)

        let helper = "bin/docker-credential-pass"
        try machine.files.write("#!/bin/sh\n", to: helper, isProgram: true)
        status = await machine.engine.status()
        #expect(status.credentialHelper?.path == machine.files.path(helper))
    }

    @Test func `a missing client and an engine that does not run are described`() async throws {
        let lab = try await EngineLab.shared
        var machine = try Machine(lab, program: "no-such-engine")
        #expect(await machine.engine.status().path == nil)
        machine.program = "docker"
        machine.environment["DOCKER_HOST"] = "unix:///nowhere"
        let status = await machine.engine.status()
        #expect(status.engine == nil)
        #expect(status.unreachable?.contains("No such file") == true)
    }

    @Test
    func `a configuration that is not JSON is described, and the engine is found all the same`()
        async throws
    {
        let lab = try await EngineLab.shared
        let machine = try Machine(lab)
        try machine.files.write("{", to: "home/.docker/config.json")
        let status = await machine.engine.status()
        #expect(status.configurationFault?.path == machine.files.path("home/.docker/config.json"))
        #expect(status.configurationFault?.reason == .notJSON)
        #expect(status.endpoint == lab.host)
        #expect(status.engine != nil)
    }

    @Test func `nerdctl's engine is containerd, even if Docker's runs too`() async throws {
        let client = try FakeClient(
            "[ \"$1\" = --version ] && echo 'nerdctl version 1.7.6'",
            environment: ["CONTAINERD_ADDRESS": "/run/k3s/containerd.sock"])
        #expect(await client.engine.status().endpoint == "/run/k3s/containerd.sock")
    }

    @Test(arguments: [
        (
            "DOCKER_HOST", "docker", "tcp://bob:hunter2@engine.invalid:2375",
            "tcp://bob@engine.invalid:2375"
        ),
        (
            "CONTAINER_HOST", "podman", "ssh://bob:a:b@engine.invalid/run/x",
            "ssh://bob@engine.invalid/run/x"
        ),
        ("DOCKER_HOST", "docker", "ssh://bob@engine.invalid", "ssh://bob@engine.invalid"),
        ("DOCKER_HOST", "docker", "unix:///nowhere/a:b@c", "unix:///nowhere/a:b@c"),
    ])
    func `an engine's address is shown without its password`(
        variable: String, program: String, address: String, shown: String
    ) async throws {
        let client = try FakeClient("exit 1", name: program, environment: [variable: address])
        #expect(await client.engine.status().endpoint == shown)
    }

    /// Users also write the host of a context by hand.
    @Test func `a context's address is shown without its password`() async throws {
        let client = try FakeClient("exit 1", environment: ["DOCKER_CONTEXT": "far"])
        let meta = "home/.docker/contexts/meta/\(Digest(of: "far".utf8).hex)"
        try client.files.makeDirectory(meta)
        try client.files.write(
            #"{"Name":"far","Endpoints":{"docker":{"Host":"tcp://bob:hunter2@engine.invalid:1"}}}"#,
            to: meta + "/meta.json")
        #expect(await client.engine.status().endpoint == "tcp://bob@engine.invalid:1")
    }
}
