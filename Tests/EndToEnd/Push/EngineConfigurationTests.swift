import Foundation
import TestSupport
import Testing

/// Pushes of a user whose own configuration of Docker is not as it should be.
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
    func `a push goes on, and one warning names the file and what is not used`(
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
