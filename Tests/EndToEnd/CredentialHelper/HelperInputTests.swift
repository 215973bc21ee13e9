import Foundation
import TestSupport
import Testing

/// What `docker-credential-enclavia` reads, which is as hostile as its clients.
@Suite(.serialized)
struct HelperInputTests {
    private static let shared = Task { try await Sandbox.start(engine: false) }

    private func place() async throws -> HelperPlace {
        try await HelperPlace(try await Self.shared.value)
    }

    /// `R` is the registry, `H` its host, `P` its port.
    @Test(arguments: [
        "H", "H:1", "H:P1", "localhost:P", "127.1:P", "[::1]:P", "[::ffff:H]:P", "docker.io",
        "https://index.docker.io/v1/", "alice@R", "alice:secret@R", "https://alice:secret@R/",
        "R@other",
        "other/R", "https://other/https://R", "ftp://R", "unix://R", "//R", ":P", "R?", "R#", "R\\",
        "R%00", "R\u{0}", "\u{0}R", "R\nR", "H\n:P", "R\u{1B}[2J", "R\u{7F}", "R\u{85}",
        "R\u{202E}",
        "R R", "H.:P", "H:P:P", "H:0P0", "H:-P", "H:", "R,other", "{\"ServerURL\":\"R\"}", "é",
        "\u{FEFF}R",
        "<token>", "null", "..", "/etc/passwd",
    ])
    func `any other text is no server of ours, whatever it is`(_ text: String) async throws {
        let place = try await place()
        let parts = place.sandbox.registry.split(separator: ":")
        let server = text.replacing("R", with: place.sandbox.registry)
            .replacing("H", with: parts[0]).replacing("P", with: parts[1])
        let run = try await place.run(["get"], server)
        #expect(run.out == HelperPlace.notFound)
        #expect(run.err == "")
        #expect(run.status == 1)
    }

    @Test func `an input of any length is read, and is no server`() async throws {
        let place = try await place()
        for input in [
            String(repeating: "a", count: 1 << 20), String(repeating: "a", count: 5 << 20),
            place.sandbox.registry + "/" + String(repeating: "a", count: 1 << 20),
            String(repeating: "\u{0}", count: 1 << 20),
            String(repeating: "\n", count: 1 << 16) + "a",
        ] {
            let run = try await place.run(["get"], input)
            #expect(run.out == HelperPlace.notFound, "\(run.out.prefix(200))")
            #expect(run.status == 1 && run.err == "")
        }
        let bytes = try await place.shell("printf '\\377\\376' | docker-credential-enclavia get")
        #expect(bytes.out == HelperPlace.notFound)
        let endless = try await place.shell("timeout 20 docker-credential-enclavia get </dev/zero")
        #expect(endless.out == HelperPlace.notFound)
    }

    @Test(arguments: ["", "\n", " \t\r\n"])
    func `no server is an error that clients know`(_ input: String) async throws {
        let run = try await place().run(["get"], input)
        #expect(run.out == "no credentials server URL\n")
        #expect(run.err == "" && run.status == 1)
        let closed = try await place().shell("docker-credential-enclavia get <&-")
        #expect(closed.out == "no credentials server URL\n")
        #expect(closed.err == "" && closed.status == 1)
    }
}
