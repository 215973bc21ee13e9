import EnclaviaSandbox
import Foundation
import TestSupport
import Testing

/// Images that the sandbox generates.
@Suite(.engine, .serialized)
struct ImageTests {
    func make(_ arguments: [String]) async throws -> String {
        let environment = try Current.environment
        let made = try await SandboxProgram.run(["image"] + arguments, environment: environment)
        #expect(made.status == 0, "\(made.err)")
        let reference = made.out.trimmingCharacters(in: .whitespacesAndNewlines)
        let inspected = try await Run.shell(
            "docker image inspect --format '{{.Id}} {{.Size}} {{len .RootFS.Layers}} {{json .Config.Labels}}' \(reference)",
            environment: try Current.environment)
        return inspected.out.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @Test func `the same options give the same image, and another seed gives another one`()
        async throws
    {
        let first = try await make(["one", "--size", "5000", "--layers", "2"])
        let second = try await make(["two:v2", "--size", "5000", "--layers", "2"])
        let third = try await make(["three", "--size", "5000", "--layers", "2", "--seed", "9"])
        #expect(first == second)
        #expect(first != third)
    }

    @Test func `labels, size and layers are those of the options`() async throws {
        let text = try await make([
            "four", "--size", "100000", "--layers", "3",
            "--label", "org.opencontainers.image.revision=abc",
            "--label", "org.opencontainers.image.source=https://example.com/a=b",
        ])
        let parts = text.split(separator: " ")
        #expect(Int(parts[1]).map { (100_000..<100_300).contains($0) } == true)
        #expect(parts[2] == "3")
        #expect(parts[3].contains(#""org.opencontainers.image.source":"https://example.com/a=b""#))
    }

    @Test func `without an engine the error is docker's`() async throws {
        let made = try await SandboxProgram.run(
            ["image", "five"], environment: ["DOCKER_HOST": "unix:///nonexistent.sock"])
        #expect(made.status == 69)
        #expect(made.err.contains("nonexistent.sock"))
    }
}
