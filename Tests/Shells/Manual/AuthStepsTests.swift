import Foundation
import TestSupport
import Testing

/// The steps of enclavia-auth(1) that change Docker's configuration, run as a user pastes them: no step's failure
/// ends the shell.
@Suite(.serialized) struct AuthStepsTests {
    private static let sandbox = Task { try await Sandbox.start(engine: false) }

    /// Pastes the steps with Docker's configuration in `folder`.
    private func paste(in folder: Folder, _ more: [String: String] = [:]) async throws -> Run {
        let commands = try #require(ManualPage.named("enclavia-auth.1")).commands
        let steps = commands.drop { !$0.hasPrefix("file=") }
        try #require(!steps.isEmpty)
        let environment = ["DOCKER_CONFIG": "\(folder.path)/docker"].merging(more) { $1 }
        return try await Self.sandbox.value.shell(
            steps.joined(separator: "\n"), environment: environment, directory: folder.path)
    }

    private func configuration(_ folder: Folder) throws -> [String: Any]? {
        let text = try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/docker/config.json"))
        return try JSONSerialization.jsonObject(with: text) as? [String: Any]
    }

    @Test func `the entry is added to what the file has, through a link, and for no other user`()
        async throws
    {
        let folder = try Folder()
        let registry = try await Self.sandbox.value.registry
        #expect(try await paste(in: folder).status == 0)
        #expect(
            try configuration(folder)?["credHelpers"] as? [String: String] == [registry: "enclavia"]
        )
        let old = #"{"auths": {"ghcr.io": {"auth": "eA=="}}, "credHelpers": {"other": "pass"}}"#
        try folder.write(old, to: "dotfiles/config.json", mode: 0o644)
        let link = "\(folder.path)/docker/config.json"
        try FileManager.default.removeItem(atPath: link)
        try FileManager.default.createSymbolicLink(
            atPath: link, withDestinationPath: "../dotfiles/config.json")
        let run = try await paste(in: folder)
        #expect(run.status == 0, "\(run.err)")
        let new = try #require(try configuration(folder))
        #expect(Set(new.keys) == ["auths", "credHelpers"])
        #expect(
            new["credHelpers"] as? [String: String] == [registry: "enclavia", "other": "pass"])
        let listing = try await Run.shell(
            "stat -c '%a %F' docker/config.json dotfiles/config.json",
            directory: folder.path)
        #expect(listing.out == "777 symbolic link\n600 regular file\n")
    }

    @Test(arguments: ["logged out", "not JSON", "no jq", "unreadable"])
    func `a step that fails leaves the file as it is`(_ fault: String) async throws {
        let folder = try Folder()
        let old =
            fault == "not JSON" ? "{\"auths\": " : #"{"auths": {"ghcr.io": {"auth": "eA=="}}}"#
        let file = try folder.write(old, to: "docker/config.json")
        var environment: [String: String] = [:]
        if fault == "logged out" { environment["XDG_CONFIG_HOME"] = "\(folder.path)/none" }
        // A jq that cannot read the file prints what it read before, and fails.
        let programs = [
            "no jq": "exit 127",
            "unreadable": "cat; echo 'jq: error: Could not open file' >&2; exit 2",
        ]
        if let program = programs[fault] {
            try folder.write("#!/bin/sh\n\(program)\n", to: "bin/jq", mode: 0o755)
            let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
            environment["PATH"] = "\(folder.path)/bin:\(path)"
        }
        let run = try await paste(in: folder, environment)
        #expect(run.status != 0)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == old)
    }

    @Test func `who is logged out gets no empty file`() async throws {
        let folder = try Folder()
        let run = try await paste(in: folder, ["XDG_CONFIG_HOME": "\(folder.path)/none"])
        #expect(run.status != 0)
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/docker/config.json"))
    }
}
