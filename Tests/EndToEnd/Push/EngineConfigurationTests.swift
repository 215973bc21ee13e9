import Foundation
import TestSupport
import Testing

/// Pushes of a user whose Docker configuration has a fault.
@Suite(.serialized)
struct EngineConfigurationTests {
    private static let shared = Task {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("configured:v1", seed: 1601)
        return sandbox
    }

    private func sandbox() async throws -> Sandbox { try await Self.shared.value }

    private static func warnings(_ run: Run) -> [Substring] {
        run.err.split(separator: "\n").filter { $0.hasPrefix("warning: ") }
    }

    static let unusable = [
        ("mkdir config.json", "is not a file"),
        ("echo '{\"auths\": {} // mine' > config.json", "is not a JSON object"),
        ("echo '{\"plugins\": 3}' > config.json", "\"plugins\""),
    ]

    @Test(arguments: unusable)
    func `a push continues, and one warning names the file and what is ignored`(
        script: String, words: String
    ) async throws {
        let sandbox = try await sandbox()
        let folder = try Folder()
        _ = try await Run.shell(script, directory: folder.path)
        let push = try await sandbox.enclavia(
            "push", "configured:v1", "configured:v1", "--quiet",
            environment: ["DOCKER_CONFIG": folder.path])
        #expect(push.status == 0, "\(push.err)")
        let warnings = Self.warnings(push)
        #expect(warnings.count == 1, "\(push.err)")
        #expect(warnings.first?.contains("\(folder.path)/config.json") == true)
        #expect(warnings.first?.contains(words) == true, "\(push.err)")
    }

    @Test func `a client that ignores DOCKER_CONFIG is refused and logged out again`()
        async throws
    {
        let sandbox = try await sandbox()
        let home = try Folder()
        let docker = try await Run.shell("command -v docker")
        let wrapper = try home.write(
            """
            #!/bin/sh
            echo "$1" >>'\(home.path)/calls'
            exec env -u DOCKER_CONFIG \(docker.out.trimmingCharacters(in: .newlines)) "$@"
            """, to: "bin/docker", mode: 0o755)
        let environment = [
            "HOME": home.path, "DOCKER_CONFIG": "", "ENCLAVIA_ENGINE": wrapper,
        ]
        let push = try await sandbox.enclavia(
            ["push", "configured:v1", "ignoring:v1", "--json"], environment: environment)
        #expect(push.status == 69, "\(push.err)")
        let error = try push.object()
        #expect(error["kind"] as? String == "engine_unavailable")
        #expect(error["stage"] as? String == "login")
        let message = try #require(error["error"] as? String)
        #expect(message.contains(wrapper) && message.contains("DOCKER_CONFIG"))
        #expect(message.contains("logged out again"))
        let calls = try String(contentsOfFile: "\(home.path)/calls", encoding: .utf8)
        #expect(!calls.contains("push"))
        for secret in try sandbox.secrets {
            for form in [secret, Data("alice:\(secret)".utf8).base64EncodedString()] {
                #expect(try await Run.program("grep", ["-rF", form, home.path]).out == "")
            }
        }
        let configuration = try await Run.shell("cat .docker/config.json", directory: home.path)
        #expect(configuration.out.contains("auths"), "the login did not go there")
        #expect(!configuration.out.contains(sandbox.registry))
        let record = try await sandbox.enclavia(
            "history", "show", "--json",
            try #require(error["push_id"] as? String))
        #expect(try record.object()["outcome"] as? String == "failed")
    }

    @Test func `an image that the real client cannot sign is recorded as pushed, with exit 69`()
        async throws
    {
        let sandbox = try await sandbox()
        let home = try Folder()
        let environment = [
            "HOME": home.path, "DOCKER_CONFIG": "", "DOCKER_CONTENT_TRUST": "1",
            "DOCKER_CONTENT_TRUST_SERVER": "https://127.0.0.1:1",
            "DOCKER_CONTENT_TRUST_ROOT_PASSPHRASE": "root-passphrase",
            "DOCKER_CONTENT_TRUST_REPOSITORY_PASSPHRASE": "repository-passphrase",
        ]
        let push = try await sandbox.enclavia(
            "push", "configured:v1", "unsigned:v1", "--quiet", environment: environment)
        #expect(push.status == 69, "\(push.err)")
        #expect(push.out.contains("/unsigned@sha256:"))
        #expect(Self.warnings(push).count == 1, "\(push.err)")
        #expect(Self.warnings(push).first?.contains("without a signature") == true)
        #expect(FileManager.default.fileExists(atPath: "\(home.path)/.docker/trust"))
        let history = try await sandbox.enclavia("history", "unsigned:v1", "--json")
        let record = try #require((try history.json() as? [[String: Any]])?.first)
        #expect(record["outcome"] as? String == "succeeded")
        #expect(record["digest_verified"] as? Bool == true)
    }

    @Test func `DOCKER_CONFIG may name a directory that does not exist`() async throws {
        let folder = try Folder()
        let push = try await sandbox().enclavia(
            "push", "configured:v1", "configured:v1",
            environment: ["DOCKER_CONFIG": "\(folder.path)/none"])
        #expect(push.status == 0, "\(push.err)")
        #expect(Self.warnings(push) == [])
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/none"))
    }
}
