import Foundation
import TestSupport
import Testing

/// `enclavia auth docker`.
@Suite(.serialized)
struct AuthDockerTests {
    private static let shared = Task { try await Sandbox.start(engine: false) }

    private func docker(
        _ place: HelperPlace, _ words: String..., environment: [String: String] = [:]
    ) async throws -> Run {
        try await place.sandbox.enclavia(
            ["auth", "docker"] + words,
            environment: place.environment.merging(environment) { $1 })
    }

    @Test func `the entry goes to standard output, and its file is named and left alone`()
        async throws
    {
        let place = try await HelperPlace(try await Self.shared.value)
        let file = "\(place.folder.path)/docker/config.json"
        let entry = try await docker(place)
        #expect(entry.status == 0)
        let helpers = ["credHelpers": [place.sandbox.registry: "enclavia"]]
        #expect(try entry.json() as? [String: [String: String]] == helpers)
        #expect(entry.err == "add this entry to \(file)\n")
        #expect(!FileManager.default.fileExists(atPath: file))

        try place.folder.write(entry.out, to: "docker/config.json")
        let again = try await docker(place)
        #expect(again.err == "\(file) has this entry already\n")
        #expect(try String(contentsOfFile: file, encoding: .utf8) == entry.out)
        let elsewhere = try await docker(place, environment: ["DOCKER_CONFIG": ""])
        #expect(
            elsewhere.err == "add this entry to \(place.folder.path)/home/.docker/config.json\n")
    }

    @Test func `the entry as JSON says what is there`() async throws {
        let place = try await HelperPlace(try await Self.shared.value)
        let object = try await docker(place, "--json").object()
        #expect(object["registry"] as? String == place.sandbox.registry)
        #expect(object["handle"] as? String == "alice")
        #expect(object["is_present"] as? Bool == false)
        #expect(object["file"] as? String == "\(place.folder.path)/docker/config.json")
        #expect(
            object["program"] as? String == "\(place.folder.path)/bin/docker-credential-enclavia")
        let registry = place.sandbox.registry
        for (text, isPresent) in [
            (#"{"credsStore": "enclavia"}"#, true),
            (#"{"credsStore": "enclavia", "credHelpers": {"\#(registry)": "pass"}}"#, false),
        ] {
            try place.folder.write(text, to: "docker/config.json")
            #expect(
                try await docker(place, "--json").object()["is_present"] as? Bool == isPresent)
        }
    }

    @Test func `what would keep the entry from working is a warning`() async throws {
        let place = try await HelperPlace(try await Self.shared.value)
        let missing = try await docker(place, environment: ["PATH": "\(place.folder.path)/tmp"])
        #expect(missing.status == 0)
        #expect(missing.err.hasPrefix("warning: docker-credential-enclavia is not on PATH: "))
        try place.folder.write("not JSON", to: "docker/config.json")
        let fault = try await docker(place)
        #expect(
            fault.err.hasPrefix("warning: \(place.folder.path)/docker/config.json is not a JSON"))
        try await place.sandbox.faults(["me": "no-token"])
        let longLived = try await docker(place)
        try await place.sandbox.faults([:])
        #expect(longLived.err.contains("warning: the backend issues no short-lived passwords"))
    }

    @Test func `who is not logged in gets no entry`() async throws {
        let place = try await HelperPlace(try await Self.shared.value)
        let run = try await docker(
            place, environment: ["XDG_CONFIG_HOME": "\(place.folder.path)/none"])
        #expect(run.status == 77 && run.out == "")
    }
}
