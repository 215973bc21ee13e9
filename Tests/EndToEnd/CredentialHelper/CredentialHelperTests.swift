import Foundation
import TestSupport
import Testing

/// `docker-credential-enclavia` as its clients run it.
@Suite(.serialized)
struct CredentialHelperTests {
    private static let shared = Task { try await Sandbox.start(engine: false) }

    private func place() async throws -> HelperPlace {
        try await HelperPlace(try await Self.shared.value)
    }

    @Test(arguments: [
        "R", "https://R", "HTTPS://R", "http://R", "R/", "https://R/v1/", "https://R/v2/", " R\r\n",
        "R/alice/app",
    ])
    func `the registry gets a short-lived password under each of its names`(
        _ name: String
    ) async throws {
        let place = try await place()
        let server = name.replacing("R", with: place.sandbox.registry)
        let answer = try HelperPlace.answer(try await place.run(["get"], server))
        #expect(answer.server == server.trimmingCharacters(in: .whitespacesAndNewlines))
        #expect(answer.user == "alice")
        #expect(answer.secret.hasPrefix("sandbox-registry-"))
        #expect(!(try place.sandbox.secrets.contains(answer.secret)))
    }

    @Test func `another server costs no request once the registry is known`() async throws {
        let place = try await place()
        let entry = try await place.sandbox.enclavia(
            ["auth", "docker", "--json"], environment: place.environment)
        #expect(try entry.object()["registry"] as? String == place.sandbox.registry)
        try await place.sandbox.clearLog()
        for server in ["docker.io", "https://index.docker.io/v1/", "localhost:1", "a@b", "R\u{1}"] {
            let run = try await place.run(["get"], server)
            #expect(run.out == HelperPlace.notFound && run.status == 1)
        }
        let list = try await place.run(["list"], "unused")
        #expect(try list.json() as? [String: String] == [place.sandbox.registry: "alice"])
        #expect(
            try await place.sandbox.log("/me/registry").count <= 1, "only to list, for the handle")
        try await place.sandbox.clearLog()
        _ = try HelperPlace.answer(try await place.run(["get"], place.sandbox.registry))
        #expect(try await place.sandbox.log().count == 1)
    }

    @Test func `store and erase succeed in silence and keep nothing`() async throws {
        let place = try await place()
        let before = try await place.shell("find . \"$XDG_CONFIG_HOME\" -type f | xargs sha256sum")
        let secret = #"{"ServerURL":"R","Username":"alice","Secret":"sandbox-kept-0123456789"}"#
        for (verb, input) in [
            ("store", secret), ("store", "nonsense"), ("store", ""),
            ("erase", place.sandbox.registry),
            ("erase", "docker.io"), ("erase", ""),
            ("store", String(repeating: "a", count: 3 << 20)),
        ] {
            let run = try await place.run([verb], input)
            #expect(run.out + run.err == "" && run.status == 0, "\(verb): \(run.out)\(run.err)")
        }
        let after = try await place.shell("find . \"$XDG_CONFIG_HOME\" -type f | xargs sha256sum")
        #expect(after.out == before.out)
        #expect(
            try HelperPlace.answer(await place.run(["get"], place.sandbox.registry)).user == "alice"
        )
        let kept = try SecretForms(["sandbox-kept-0123456789"]).files(
            below: [place.folder.path, place.sandbox.root])
        #expect(kept == [])
    }

    @Test(arguments: ["store", "erase"])
    func `an input that does not fit into a pipe is read, so that its writer does not fail`(
        _ verb: String
    ) async throws {
        let run = try await place().shell(
            "set -o pipefail; head -c 300000 /dev/zero | docker-credential-enclavia \(verb)")
        #expect(run.out + run.err == "" && run.status == 0, "\(run.status)")
    }

    @Test func `an unknown action is answered as other helpers do`() async throws {
        let place = try await place()
        let usage = "Usage: docker-credential-enclavia <store|get|erase|list|version>\n"
        for words in [[], ["get", "list"], ["get", "--json"]] {
            let run = try await place.run(words)
            #expect(run.out == usage && run.err == "" && run.status == 1, "\(words)")
        }
        for word in ["push", "GET", "", "--json", "__complete", "get "] {
            let run = try await place.run([word])
            #expect(run.out == "docker-credential-enclavia: unknown action: \(word)\n")
            #expect(run.err == "" && run.status == 1)
        }
        for word in ["version", "--version", "-v"] {
            let run = try await place.run([word])
            #expect(run.out.hasPrefix("docker-credential-enclavia (enclavia) "))
            #expect(run.err == "" && run.status == 0)
        }
        let help = try await place.run(["--help"])
        #expect(help.out == usage && help.status == 0)
    }

    @Test func `who is not logged in is told so, and lists nothing`() async throws {
        let place = try await place()
        let nobody = ["XDG_CONFIG_HOME": "\(place.folder.path)/none"]
        let get = try await place.run(["get"], place.sandbox.registry, environment: nobody)
        #expect(
            get.out.hasPrefix("not logged in to \(place.sandbox.url): run `enclavia auth login`"))
        #expect(get.status == 1 && get.err == "")
        let list = try await place.run(["list"], environment: nobody)
        #expect(list.out == "{}\n" && list.status == 0 && list.err == "")
        #expect(!FileManager.default.fileExists(atPath: "\(place.folder.path)/none"))
    }

    @Test func `a backend that is away is the reason`() async throws {
        let place = try await place()
        let away = ["ENCLAVIA_TOKEN": "x", "ENCLAVIA_BACKEND_URL": "http://127.0.0.1:9"]
        for verb in ["get", "list"] {
            let run = try await place.run([verb], place.sandbox.registry, environment: away)
            #expect(run.out.contains("127.0.0.1:9"), "\(run.out)")
            #expect(run.out.split(separator: "\n").count == 1)
            #expect(run.status == 1 && run.err == "")
        }
        let refused = try await place.run(
            ["get"], place.sandbox.registry, environment: ["ENCLAVIA_TOKEN": "not-a-token"])
        #expect(refused.out.contains("ENCLAVIA_TOKEN was refused"))
        #expect(!refused.out.contains("not-a-token"))
    }

    @Test func `the API's token is given only where the backend issues no other`() async throws {
        let place = try await place()
        try await place.sandbox.faults(["me": "no-token"])
        let run = try await place.run(["get"], place.sandbox.registry)
        try await place.sandbox.faults([:])
        let secrets = try place.sandbox.secrets
        #expect(try HelperPlace.answer(run).secret == secrets.first)
        #expect(secrets.count == 2, "the refresh token is given to nobody")
    }
}
