import EnclaviaCore
import FoundationEssentials

/// An image, as `GET /images/{name}/json` and `docker image inspect` describe it.
///
/// Source: Docker Engine API 1.24 and later, "Inspect an image".
struct ImageAnswer: Decodable {
    struct Config: Decodable {
        let labels: [String: String]?

        private enum CodingKeys: String, CodingKey { case labels = "Labels" }
    }

    let id: String
    let size: Int64?
    let config: Config?

    private enum CodingKeys: String, CodingKey {
        case id = "Id"
        case size = "Size"
        case config = "Config"
    }

    /// Podman writes the id without its algorithm.
    var image: LocalImage {
        LocalImage(
            id: id.contains(":") ? id : "sha256:\(id)",
            revision: config?.labels?["org.opencontainers.image.revision"],
            source: config?.labels?["org.opencontainers.image.source"])
    }
}

/// An engine, as `GET /version` describes it.
struct ServerAnswer: Decodable {
    struct Component: Decodable {
        let name: String

        private enum CodingKeys: String, CodingKey { case name = "Name" }
    }

    let version: String
    let components: [Component]?

    private enum CodingKeys: String, CodingKey {
        case version = "Version"
        case components = "Components"
    }

    var isPodman: Bool { components?.first?.name.hasPrefix("Podman") ?? false }

    var engine: EngineVersion {
        EngineVersion(name: isPodman ? "podman" : "docker", version: version)
    }
}

/// What `docker version` and `podman version` print; podman without a service knows no server.
struct VersionAnswer: Decodable {
    struct Client: Decodable {
        let version: String
        /// Podman's spelling of the key, which no Docker client prints.
        let podmanAPIVersion: String?

        private enum CodingKeys: String, CodingKey {
            case version = "Version"
            case podmanAPIVersion = "APIVersion"
        }
    }

    let client: Client
    let server: ServerAnswer?

    private enum CodingKeys: String, CodingKey {
        case client = "Client"
        case server = "Server"
    }

    var isPodman: Bool { client.podmanAPIVersion != nil }

    /// `nil` where no engine answered.
    var engine: EngineVersion? {
        if isPodman {
            return EngineVersion(name: "podman", version: server?.version ?? client.version)
        }
        return server?.engine
    }
}

/// An element of `GET /images/json`.
struct ImageSummary: Decodable {
    let tags: [String]?

    private enum CodingKeys: String, CodingKey { case tags = "RepoTags" }
}

/// What an engine answers in place of what it was asked for.
struct EngineMessage: Decodable {
    let message: String
}

/// Reads one of the shapes above.
func decodeAnswer<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) -> Value? {
    try? JSONDecoder().decode(type, from: Data(bytes))
}
