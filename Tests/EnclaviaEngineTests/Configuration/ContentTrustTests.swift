import EnclaviaCore
import EnclaviaEngine
import Foundation
import TestSupport
import Testing

/// Keys of Docker Content Trust, which the client stores below its configuration.
struct ContentTrustTests {
    private static let maker = """
        if [ "$1" = push ]; then
            mkdir -p "$DOCKER_CONFIG/trust/private"
            cat "$DOCKER_CONFIG/trust/private/own.key" > "$FILES/found"
            echo made > "$DOCKER_CONFIG/trust/private/root.key"
            ls "$DOCKER_CONFIG" > "$FILES/listed"
        fi
        """

    private static func exists(_ client: FakeClient, _ name: String) -> Bool {
        FileManager.default.fileExists(atPath: client.files.path(name))
    }

    @Test(arguments: ["1", "t", "TRUE", "yes"])
    func `keys that the client creates are stored in the user's directory`(value: String)
        async throws
    {
        let client = try FakeClient(
            Self.maker, environment: ["DOCKER_CONTENT_TRUST": value])
        try client.files.makeDirectory("home/.docker/tls")
        #expect(try await client.push() == nil)
        #expect(try client.files.read("home/.docker/trust/private/root.key") == "made\n")
        #expect(PrivateDirectoryTests.mode(client.files.path("home/.docker/trust")) == 0o700)
        #expect(try client.files.read("listed").contains("tls"))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: client.files.path("runtime")) == [])

        try client.files.write("own", to: "home/.docker/trust/private/own.key")
        #expect(try await client.push() == nil)
        #expect(try client.files.read("found") == "own", "the user's own keys are not found")
    }

    @Test(arguments: ["", "0", "f", "False"])
    func `without content trust no directory is made for it`(value: String) async throws {
        let client = try FakeClient(
            Self.maker, environment: ["DOCKER_CONTENT_TRUST": value])
        #expect(try await client.push() == nil)
        #expect(!Self.exists(client, "home/.docker"))
    }

    @Test func `nothing is pushed if the keys could not be stored`() async throws {
        let client = try FakeClient(Self.maker, environment: ["DOCKER_CONTENT_TRUST": "1"])
        try client.files.makeDirectory("home/.docker")
        try client.files.write("", to: "home/.docker/trust")
        let path = client.files.path("home/.docker/trust")
        await #expect(throws: EngineError.configuration(path: path, reason: "Not a directory")) {
            try await client.push()
        }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: client.files.path("runtime")) == [])
    }

    @Test func `a failure after the digest is distinguished from a push that sent nothing`()
        async throws
    {
        let digest = Digest(of: "manifest".utf8)
        let client = try FakeClient(
            """
            echo 'v1: digest: \(digest) size: 7'
            echo 'Signing and pushing trust metadata'
            echo 'Error: error contacting notary server: unauthorized: connection refused' >&2
            exit 1
            """)
        let error = await #expect(throws: EngineError.self) { try await client.push() }
        guard
            case .failedAfterPush(FakeClient.reference.description, digest, let output) = error
        else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(output.hasSuffix("connection refused"))
    }

    /// The ways to remove a private directory: at the end, at a signal, and in the sweep of the next push.
    enum Removal: CaseIterable { case close, signal, sweep }

    @Test(arguments: Removal.allCases)
    func `removing a private directory never follows its links`(removal: Removal) async throws {
        let client = try FakeClient("exit 0", environment: ["DOCKER_CONTENT_TRUST": "1"])
        for name in ["trust/private", "tls", "contexts/meta", "cli-plugins"] {
            try client.files.makeDirectory("home/.docker/\(name)")
            try client.files.write("own", to: "home/.docker/\(name)/file")
        }
        let before = try client.files.snapshot("home")
        let runtime = client.files.path("runtime")
        let session = try await client.engine.openSession(for: "registry.example")
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: runtime).first)
        for link in ["trust", "tls", "contexts", "cli-plugins"] {
            #expect(
                try FileManager.default.destinationOfSymbolicLink(
                    atPath: "\(runtime)/\(name)/\(link)")
                    == client.files.path("home/.docker/\(link)"))
        }
        switch removal {
        case .close: await session.close()
        case .signal: client.engine.removeSessionsNow()
        case .sweep:
            // A killed process leaves the same directory without its lock.
            let left = "\(runtime)/enclavia-docker-left"
            try await Shell.run("cp -a '\(runtime)/\(name)' '\(left)'")
            #expect(client.engine.sweep() == 1)
            await session.close()
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: runtime) == [])
        #expect(try client.files.snapshot("home") == before)
    }
}
