import EnclaviaCore
import EnclaviaEngine
import Foundation
import Synchronization
import TestSupport
import Testing

/// A push through a real client, engine and registry.
struct DockerPushTests {
    /// The output that a push reports, in order.
    final class Heard: Sendable {
        private let pieces = Mutex<[EngineOutput]>([])

        func add(_ piece: EngineOutput) { pieces.withLock { $0.append(piece) } }

        var all: [EngineOutput] { pieces.withLock { $0 } }
    }

    /// One session, from its login to its end.
    private func push(
        _ image: String, as reference: ImageReference, _ heard: Heard, from machine: Machine,
        _ lab: EngineLab
    ) async throws -> Digest? {
        let session = try await machine.engine.openSession(for: lab.registry)
        try await session.login(handle: EngineLab.handle, password: lab.password)
        try await session.tag(image, as: reference)
        let digest = try await session.push("", as: reference) { heard.add($0) }
        await session.close()
        return digest
    }

    @Test(arguments: EngineLab.clients)
    func `a push reports the digest that the registry has`(client: String) async throws {
        let lab = try await EngineLab.shared
        let name = "push-\(EngineLab.age(client))"
        try await lab.makeImage("\(name):local")
        let machine = try Machine(lab, program: client)
        let reference = lab.reference(name)
        let heard = Heard()
        let digest = try await push("\(name):local", as: reference, heard, from: machine, lab)

        let known = try await Shell.run(
            "docker image inspect --format '{{index .RepoDigests 0}}' \(reference)",
            environment: ["DOCKER_HOST": lab.host])
        #expect(digest.map { reference.pinned($0) } == known)
        #expect(heard.all.contains(.layers(done: 1, total: 1)))
        let summary = heard.all.contains { piece in
            if case .line(let line) = piece { line.hasPrefix("v1: digest: ") } else { false }
        }
        #expect(!summary, "the digest is the result")
        #expect(try machine.orphanedCredentials.isEmpty)
    }

    @Test(.enabled(if: PseudoTerminal.isAvailable), arguments: EngineLab.clients)
    func `on a terminal the client reports how many bytes are sent, and nothing is lost`(
        client: String
    ) async throws {
        let lab = try await EngineLab.shared
        let name = "bytes-\(EngineLab.age(client))"
        try await lab.makeImage("\(name):local")
        var machine = try Machine(lab, program: client)
        machine.drawsProgress = true
        let reference = lab.reference(name)
        let heard = Heard()
        let digest = try await push("\(name):local", as: reference, heard, from: machine, lab)

        #expect(digest != nil)
        #expect(heard.all.contains(.layers(done: 1, total: 1)))
        let sizes = heard.all.compactMap { piece in
            if case .bytes(let sent, let total) = piece { (sent, total) } else { nil }
        }
        // 5,000 bytes, as Docker counts them.
        #expect(sizes.contains { $0.1 >= 5_000 && $0.0 <= $0.1 }, "\(heard.all)")
        let lines = heard.all.compactMap { piece in
            if case .line(let line) = piece { line } else { nil }
        }
        #expect(lines.contains { $0.hasSuffix(": Pushed") })
        #expect(!lines.contains { $0.contains("\u{1B}") || $0.contains("[=") }, "\(lines)")
    }

    @Test(arguments: EngineLab.clients)
    func `the user's configuration is neither used nor changed`(client: String) async throws {
        let lab = try await EngineLab.shared
        let name = "untouched-\(EngineLab.age(client))"
        try await lab.makeImage("\(name):local")
        var machine = try Machine(lab, program: "docker")
        // The client is run by a wrapper that logs its arguments and environment.
        try machine.files.write(
            """
            #!/bin/sh
            { tr '\\0' ' ' < /proc/$$/cmdline; echo; env; } >> \(machine.files.path("log"))
            exec \(client) "$@"
            """, to: "bin/docker", isProgram: true)
        for helper in ["secretservice", "pass", "desktop"] {
            try machine.files.write(
                "#!/bin/sh\necho \(helper) >> \(machine.files.path("helped"))\nexit 1\n",
                to: "bin/docker-credential-\(helper)", isProgram: true)
        }
        try machine.files.write("#!/bin/sh\nexit 0\n", to: "bin/pass", isProgram: true)
        try machine.files.write(
            """
            {"auths": {"\(lab.registry)": {"auth": "c3RhbGU6c3RhbGU="}}, "credsStore": "desktop",
             "credHelpers": {"\(lab.registry)": "pass"}, "HttpHeaders": {"X-Meta": "private"}}
            """, to: "home/.docker/config.json")
        machine.environment["ENCLAVIA_TOKEN"] = lab.password.reveal()
        machine.environment["DOCKER_AUTH_CONFIG"] = #"{"auths":{}}"#
        let before = try machine.files.snapshot("home")

        let session = try await machine.engine.openSession(for: lab.registry)
        try await session.login(handle: EngineLab.handle, password: lab.password)
        let reference = lab.reference(name)
        try await session.tag("\(name):local", as: reference)
        #expect(try await session.push("", as: reference) { _ in } != nil)
        await session.close()

        #expect(try machine.files.snapshot("home") == before)
        #expect(!FileManager.default.fileExists(atPath: machine.files.path("helped")))
        let log = try machine.files.read("log")
        #expect(log.contains("login --username alice --password-stdin"))
        #expect(!log.contains(lab.password.reveal()))
        #expect(!log.contains("ENCLAVIA_TOKEN"))
        #expect(!log.contains("DOCKER_AUTH_CONFIG"))
    }

    @Test func `the user's context, proxies and plugins are used`() async throws {
        let lab = try await EngineLab.shared
        try await lab.makeImage("context:local")
        var machine = try Machine(lab)
        let home = ["HOME": machine.files.path("home")]
        try await Shell.run(
            """
            docker context create lab --docker host=\(lab.host) >/dev/null
            docker context use lab >/dev/null
            mkdir -p "$HOME/.docker/cli-plugins"
            """, environment: home)
        let proxies = #""proxies":{"default":{"httpProxy":"http://127.0.0.1:9","noProxy":"*"}}"#
        let plugins = #""plugins":{"some":{"n":"1"}},"cliPluginsExtraDirs":["/nowhere"]"#
        try machine.files.write(
            #"{"currentContext":"lab","credsStore":"pass",\#(proxies),\#(plugins)}"#,
            to: "home/.docker/config.json")
        machine.environment["DOCKER_HOST"] = nil

        let inspection = try await machine.engine.inspect("context:local")
        #expect(inspection.engine.name == "docker")
        let session = try await machine.engine.openSession(for: lab.registry)
        let directory = try #require(try machine.orphanedCredentials.first)
        let written = try String(contentsOfFile: directory + "/config.json", encoding: .utf8)
        #expect(written.contains(proxies))
        #expect(written.contains(#""plugins":{"some":{"n":"1"}}"#))
        #expect(written.contains(#""cliPluginsExtraDirs":["/nowhere"]"#))
        #expect(written.contains(#""auths":{"\#(lab.registry)":{}}"#))
        #expect(!written.contains("credsStore"))
        try await session.login(handle: EngineLab.handle, password: lab.password)
        try await session.tag("context:local", as: lab.reference("context"))
        #expect(try await session.push("", as: lab.reference("context")) { _ in } != nil)
        await session.close()
    }

    @Test(arguments: EngineLab.clients)
    func `a wrong password is a failed login`(client: String) async throws {
        let lab = try await EngineLab.shared
        let machine = try Machine(lab, program: client)
        let session = try await machine.engine.openSession(for: lab.registry)
        let error = await #expect(throws: EngineError.self) {
            try await session.login(handle: EngineLab.handle, password: Secret("wrong"))
        }
        await session.close()
        guard case .loginFailed(let registry, let output) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(registry == lab.registry)
        #expect(output.contains("unauthorized"))
    }

    @Test func `a failed tag or push has the client's message`() async throws {
        let lab = try await EngineLab.shared
        let machine = try Machine(lab)
        let reference = lab.reference("never-tagged")
        let session = try await machine.engine.openSession(for: lab.registry)
        try await session.login(handle: EngineLab.handle, password: lab.password)
        let tagging = await #expect(throws: EngineError.self) {
            try await session.tag("no-such-image:local", as: reference)
        }
        let pushing = await #expect(throws: EngineError.self) {
            try await session.push("", as: reference) { _ in }
        }
        await session.close()
        #expect(tagging == .imageNotFound(image: "no-such-image:local", nearest: []))
        guard case .failed("docker push", 1, let pushOutput) = pushing else {
            Issue.record("\(String(describing: tagging)), \(String(describing: pushing))")
            return
        }
        #expect(pushOutput.contains("does not exist"))
    }
}
