import EnclaviaCore
import FoundationEssentials

/// An image, as `GET /images/{name}/json` and `docker image inspect` describe it.
///
/// Source: Docker Engine API 1.24 and later, "Inspect an image"; `Descriptor` and `Manifests` since 1.48.
struct ImageResponse: Decodable {
    struct Descriptor: Decodable {
        let mediaType: String?
    }

    struct Manifest: Decodable {
        let id: String

        private enum CodingKeys: String, CodingKey { case id = "Id" }
    }

    struct Config: Decodable {
        let labels: [String: String]?

        private enum CodingKeys: String, CodingKey { case labels = "Labels" }
    }

    let id: String
    let size: Int64?
    let config: Config?
    let repoDigests: [String]?
    /// Only from the containerd image store.
    let descriptor: Descriptor?
    /// Only where the request has `manifests=1`.
    let manifests: [Manifest]?
    /// Podman's key: the media type of the manifest.
    let manifestType: String?

    private enum CodingKeys: String, CodingKey {
        case id = "Id"
        case size = "Size"
        case config = "Config"
        case repoDigests = "RepoDigests"
        case descriptor = "Descriptor"
        case manifests = "Manifests"
        case manifestType = "ManifestType"
    }

    /// How the engine identifies the image.
    func store(of engine: EngineVersion) -> ImageStore {
        if engine.name == "podman" { return .podman(mediaType: manifestType) }
        // Before API 1.48 only the digests show the containerd store: one of them is the image's own id.
        let hasManifestID = repoDigests?.contains { $0.hasSuffix("@\(id)") } ?? false
        guard descriptor != nil || hasManifestID else { return .docker }
        if let manifests, !manifests.isEmpty {
            return .containerd(manifests: manifests.compactMap { Digest($0.id) })
        }
        let isManifest = descriptor?.mediaType?.contains("manifest.v") ?? false
        return .containerd(manifests: isManifest ? Digest(id).map { [$0] } : nil)
    }

    /// Podman writes the id without its algorithm.
    var image: LocalImage {
        LocalImage(
            id: id.contains(":") ? id : "sha256:\(id)",
            revision: config?.labels?["org.opencontainers.image.revision"],
            source: config?.labels?["org.opencontainers.image.source"])
    }
}

/// What `docker image inspect` and `podman image inspect` print: one image, in an array.
struct ImageList: Decodable {
    let image: ImageResponse

    init(from decoder: any Decoder) throws {
        var list = try decoder.unkeyedContainer()
        image = try list.decode(ImageResponse.self)
        guard Digest(image.image.id) != nil else {
            throw DecodingError.dataCorruptedError(
                in: list, debugDescription: "the image's id is not a digest")
        }
    }
}

/// An engine, as `GET /version` describes it.
struct ServerResponse: Decodable {
    struct Component: Decodable {
        let name: String
        let version: String?

        private enum CodingKeys: String, CodingKey {
            case name = "Name"
            case version = "Version"
        }
    }

    /// Nerdctl prints no version of the server.
    let version: String?
    let components: [Component]?

    private enum CodingKeys: String, CodingKey {
        case version = "Version"
        case components = "Components"
    }

    var isPodman: Bool { components?.first?.name.hasPrefix("Podman") ?? false }

    /// The engine and its version; containerd itself behind nerdctl (nerdctl, pkg/infoutil/infoutil.go).
    ///
    /// - Returns: `nil` where the response has no version.
    var engine: EngineVersion? {
        if let version {
            return EngineVersion(name: isPodman ? "podman" : "docker", version: version)
        }
        guard let containerd = components?.first(where: { $0.name == "containerd" }) else {
            return nil
        }
        return containerd.version.map { EngineVersion(name: "containerd", version: $0) }
    }
}

/// The output of `docker version` and `podman version`; podman without a service has no `Server`.
struct VersionResponse: Decodable {
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
    let server: ServerResponse?

    private enum CodingKeys: String, CodingKey {
        case client = "Client"
        case server = "Server"
    }

    var isPodman: Bool { client.podmanAPIVersion != nil }

    /// `nil` where no engine responded.
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

/// The engine's response to a request that failed.
struct EngineMessage: Decodable {
    let message: String
}

/// Decodes one of the types above; `nil` where the bytes do not match it.
func decodeResponse<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) -> Value? {
    try? JSONDecoder().decode(type, from: Data(bytes))
}
