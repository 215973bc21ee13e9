import EnclaviaCore
import EnclaviaEngine
import Foundation
import Testing

/// TLS to the engine, set by the client's variables.
struct ClientTLSTests {
    /// `~` stands for the home directory.
    static let certificates: [(environment: [String: String], path: String)] = [
        (["DOCKER_TLS_VERIFY": "1"], "~/.docker"), (["DOCKER_TLS_VERIFY": "0"], "~/.docker"),
        (["DOCKER_TLS": "yes"], "~/.docker"),
        (["DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": ""], "~/.docker"),
        (["DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "/certs"], "/certs"),
        (["DOCKER_TLS_VERIFY": "1", "DOCKER_CONFIG": "/etc/client"], "/etc/client"),
        (["DOCKER_TLS_VERIFY": ""], "none"), ([:], "none"),
    ]

    @Test(arguments: certificates)
    func `the client finds its certificates in the user's directory`(
        environment: [String: String], path: String
    ) async throws {
        let client = try FakeClient(
            """
            echo "${DOCKER_CERT_PATH-none}" > "$FILES/path"
            find -L "$DOCKER_CONFIG" -name '*.pem' > "$FILES/copies"
            """, environment: environment)
        try client.files.makeDirectory("home/.docker")
        for name in ["ca", "cert", "key"] {
            try client.files.write("secret", to: "home/.docker/\(name).pem")
        }
        #expect(try await client.push() == nil)
        let home = client.files.path("home")
        #expect(
            try client.files.read("path") == path.replacingOccurrences(of: "~", with: home) + "\n")
        #expect(try client.files.read("copies") == "")
    }

    @Test func `with TLS the default address of the engine is the client's`() async throws {
        let client = try FakeClient("exit 1", environment: ["DOCKER_TLS_VERIFY": "1"])
        #expect(await client.engine.status().endpoint == "tcp://localhost:2376")
        let home = client.files.path("home")
        #expect(EngineImages.socketPath(environment: ["DOCKER_TLS": "1"], home: home) == nil)
        let named = ["DOCKER_TLS": "1", "DOCKER_HOST": "unix:///run/engine.sock"]
        #expect(EngineImages.socketPath(environment: named, home: home) == "/run/engine.sock")
    }
}
