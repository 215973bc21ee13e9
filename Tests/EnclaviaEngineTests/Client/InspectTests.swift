import EnclaviaCore
import EnclaviaEngine
import TestSupport
import Testing

/// What engines report about local images, and the errors if they do not answer.
struct InspectTests {
    @Test func `inspect reads the id, labels and size of an image`() async throws {
        let lab = try await EngineLab.shared
        try await lab.makeImage(
            "labelled:v1",
            labels: [
                "org.opencontainers.image.revision": "3f9a1c",
                "org.opencontainers.image.source": "https://example.org/app",
            ])
        let id = try await Shell.run(
            "docker image inspect --format '{{.Id}}' labelled:v1",
            environment: ["DOCKER_HOST": lab.host])
        let inspection = try await Machine(lab).engine.inspect("labelled:v1")
        #expect(
            inspection.image
                == LocalImage(id: id, revision: "3f9a1c", source: "https://example.org/app"))
        #expect(inspection.sizeBytes == 5000)
        #expect(inspection.engine.name == "docker")
        #expect(inspection.engine.version?.contains(".") == true)
    }

    @Test(arguments: EngineLab.clients)
    func `the client and the socket report the same`(client: String) async throws {
        let lab = try await EngineLab.shared
        let name = "both-\(EngineLab.age(client))"
        try await lab.makeImage("\(name):v1", labels: ["org.opencontainers.image.revision": "1"])
        let machine = try Machine(lab, program: client)
        let inspector = ClientInspector(
            program: try EngineProgram(named: client, path: nil),
            environment: machine.environment, endpoint: lab.host)
        let (inspection, isPodman) = try await inspector.inspect("\(name):v1")
        #expect(inspection == (try await machine.engine.inspect("\(name):v1")))
        #expect(!isPodman)
        let error = await #expect(throws: EngineError.self) {
            try await inspector.inspect("\(name)h:v1")
        }
        guard case .imageNotFound("\(name)h:v1", let nearest) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(nearest.first == "\(name):v1")
    }

    @Test func `the error for a missing image names the nearest ones`() async throws {
        let lab = try await EngineLab.shared
        for name in ["webserver:v1", "webserver:v2", "registry.example/team/webserver:v3"] {
            try await lab.makeImage(name)
        }
        await #expect(
            throws: EngineError.imageNotFound(
                image: "websevrer:v2",
                nearest: ["webserver:v2", "webserver:v1", "registry.example/team/webserver:v3"])
        ) {
            try await Machine(lab).engine.inspect("websevrer:v2")
        }
    }

    @Test(arguments: [
        "a b", "../../version", "a?x=1", "a#b", "a%2fb", "", "\u{0}", "é", "-v", "--help",
    ])
    func `an invalid image name is an error`(name: String) async throws {
        let lab = try await EngineLab.shared
        await #expect(throws: EngineError.self) {
            try await Machine(lab).engine.inspect(name)
        }
    }

    @Test func `the error for a missing program names it`() async throws {
        let lab = try await EngineLab.shared
        for program in ["no-such-engine", "/nowhere/docker", ""] {
            await #expect(throws: EngineError.notInstalled(program: program)) {
                try await Machine(lab, program: program).engine.inspect("any")
            }
        }
    }

    @Test(arguments: EngineLab.clients)
    func `the error for an engine that does not run names its endpoint`(client: String)
        async throws
    {
        let lab = try await EngineLab.shared
        var machine = try Machine(lab, program: client)
        machine.environment["DOCKER_HOST"] = "tcp://127.0.0.1:9"
        let engine = machine.engine
        let error = await #expect(throws: EngineError.self) { try await engine.inspect("any") }
        guard case .unavailable("tcp://127.0.0.1:9", let reason) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.contains("onnect"))
    }

    @Test func `a missing context is an engine problem`() async throws {
        let lab = try await EngineLab.shared
        var machine = try Machine(lab)
        machine.environment["DOCKER_HOST"] = nil
        machine.environment["DOCKER_CONTEXT"] = "elsewhere"
        let error = await #expect(throws: EngineError.self) {
            try await machine.engine.inspect("any")
        }
        guard case .problem(.address, let reason) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.contains("elsewhere"))
    }
}
