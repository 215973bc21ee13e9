import EnclaviaCore
import EnclaviaSystem
import SystemPackage

/// Where the client finds its engine, by the client's own rules: `DOCKER_HOST`, else the context
/// of `DOCKER_CONTEXT`, else the configuration's `currentContext`, else the default socket.
package struct EngineEndpoint: Hashable, Sendable {
    /// A URL such as `unix:///var/run/docker.sock`, or `context NAME` where the context is unknown.
    /// Without a password, which the endpoint does not need.
    package let address: String

    init(address: String) {
        self.address = Self.withoutPassword(address)
    }

    private static func withoutPassword(_ address: String) -> String {
        guard let start = address.firstRange(of: "://")?.upperBound else { return address }
        let authority = address[start...].prefix { $0 != "/" }
        guard let end = authority.lastIndex(of: "@"),
            let colon = authority[..<end].firstIndex(of: ":")
        else { return address }
        return String(address[..<colon] + address[end...])
    }

    static let standard = EngineEndpoint(
        address: "unix://\(DockerHost.standardSocket)")
    /// The client's default with TLS.
    static let standardWithTLS = EngineEndpoint(address: "tcp://localhost:2376")

    /// The path of the socket, where the engine is a Unix socket.
    package var socketPath: String? {
        DockerHost.socketPath(of: address)
    }

    /// Podman needs no service, and uses one only if `CONTAINER_HOST` is set.
    static func podman(environment: [String: String]) -> EngineEndpoint {
        EngineEndpoint(address: environment["CONTAINER_HOST"] ?? "podman")
    }

    /// Where nerdctl looks for containerd (nerdctl, docs/config.md).
    static func containerd(environment: [String: String]) -> EngineEndpoint {
        EngineEndpoint(address: environment["CONTAINERD_ADDRESS"] ?? "containerd")
    }

    /// The endpoint of the Docker client.
    ///
    /// - Parameter configuration: the user's; called only where it decides.
    static func docker(
        environment: [String: String], configuration: () -> UserConfiguration
    ) -> EngineEndpoint {
        if let host = environment["DOCKER_HOST"], !host.isEmpty {
            return EngineEndpoint(address: host)
        }
        let configuration = configuration()
        let asked = environment["DOCKER_CONTEXT"].flatMap { $0.isEmpty ? nil : $0 }
        let name = asked ?? configuration.settings.currentContext ?? "default"
        guard name != "default", !name.isEmpty else {
            return DockerHost.usesTLS(environment) ? standardWithTLS : standard
        }
        return EngineEndpoint(
            address: host(ofContext: name, in: configuration) ?? "context \(name)")
    }

    /// The host of a context, from the directory that is named by the SHA-256 of the context's name.
    ///
    /// Source: <https://github.com/docker/cli/blob/master/cli/context/store/metadatastore.go>
    private static func host(
        ofContext name: String, in configuration: UserConfiguration
    ) -> String? {
        guard let directory = configuration.directory else { return nil }
        let path = "\(directory)/contexts/meta/\(Digest(of: name.utf8).hex)/meta.json"
        guard let file = try? BoundedFile(FilePath(native: path), limit: 1 << 20),
            let meta = try? JSONText.decode(JSONValue.self, from: file.text)
        else { return nil }
        return meta.members?["Endpoints"]?.members?["docker"]?.members?["Host"]?.text
    }
}

/// TLS to the engine, by the client's own rules: `DOCKER_TLS_VERIFY` or `DOCKER_TLS` enables it with any
/// value that is not empty. The certificates are in `DOCKER_CERT_PATH` if that is not empty, else in the
/// directory of the client's configuration.
///
/// Source: <https://github.com/docker/cli/blob/master/cli/flags/options.go>
enum ClientTLS {
    /// Sets `DOCKER_CERT_PATH` to the user's own directory: a push uses a private configuration, into which no
    /// keys are copied.
    ///
    /// - Parameter directory: where the user's own configuration is; `nil` where that is unknown.
    static func setCertificates(in environment: inout [String: String], from directory: String?) {
        guard DockerHost.usesTLS(environment), environment["DOCKER_CERT_PATH"] ?? "" == "" else {
            return
        }
        environment["DOCKER_CERT_PATH"] = directory
    }
}
