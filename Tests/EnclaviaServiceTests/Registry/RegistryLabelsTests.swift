import EnclaviaCore
import EnclaviaService
import NIOHTTP1
import Testing

/// The labels of an image in a registry.
struct RegistryLabelsTests {
    private static func config(_ revision: String) -> String {
        """
        {"architecture":"amd64","config":{"Labels":{"org.opencontainers.image.revision":\
        "\(revision)","org.opencontainers.image.source":"https://git.example.com/app"}}}
        """
    }

    private static func manifest(_ config: String) -> String {
        let digest = Digest(of: Array(config.utf8))
        return #"{"schemaVersion":2,"config":{"digest":"\#(digest)"},"layers":[]}"#
    }

    /// An index of these manifests, with the provenance of the first.
    private static func index(_ manifests: [String]) -> String {
        var children = manifests.map { #"{"digest":"\#(Digest(of: Array($0.utf8)))"}"# }
        children.append(
            """
            {"digest":"\(Digest(of: Array("provenance".utf8)))",\
            "annotations":{"vnd.docker.reference.type":"attestation-manifest"}}
            """)
        return #"{"schemaVersion":2,"manifests":[\#(children.joined(separator: ","))]}"#
    }

    /// The labels of the image under `tag` in a registry that has these texts under their digests.
    private func labels(
        of tag: String, _ texts: [String],
        response: @escaping @Sendable (StubRequest, StubReply) -> StubReply = { $1 },
        _ check: (Result<ImageLabels, RegistryError>, StubServer) throws -> Void
    ) async throws {
        let transport = Transport(NetworkSettings(userAgent: "enclavia/1.2.3"))
        let registry = DistributionRegistry(
            transport: transport, system: FixedSystem())
        let held = ([tag] + texts).reduce(into: [String: String]()) {
            $0[Digest(of: Array($1.utf8)).description] = $1
        }
        try await withStub({ request in
            let name = String(request.path.split(separator: "/").last ?? "")
            let text = name == "v1" ? tag : held[name]
            return response(request, text.map { .response(200, body: $0) } ?? .response(404))
        }) { stub in
            let reference = DistributionRegistryTests.reference(stub.authority)
            let access = DistributionRegistryTests.access(stub.authority)
            let result: Result<ImageLabels, RegistryError>
            do throws(RegistryError) {
                let manifest = try await registry.manifest(taggedAs: reference, access: access)
                guard let manifest else {
                    Issue.record("nothing is held")
                    return
                }
                result = .success(
                    try await registry.labels(of: manifest, in: reference, access: access))
            } catch {
                result = .failure(error)
            }
            try check(result, stub)
        }
        await transport.shutdown()
    }

    private static let one = config("one")
    private static let labels = ImageLabels(
        revision: "one", source: "https://git.example.com/app")

    @Test func `the labels are those of the configuration`() async throws {
        try await labels(of: Self.manifest(Self.one), [Self.one]) { result, _ in
            #expect(result == .success(Self.labels))
        }
    }

    @Test(arguments: ["{}", #"{"config":null}"#, #"{"config":{"Labels":null}}"#, "[]", "no JSON"])
    func `an image without labels has none`(_ config: String) async throws {
        try await labels(of: Self.manifest(config), [config]) { result, _ in
            #expect(result == .success(.none))
        }
    }

    @Test func `an index has the labels that its platforms share, and its provenance is not read`()
        async throws
    {
        let two = Self.config("two")
        let (first, second) = (Self.manifest(Self.one), Self.manifest(two))
        try await labels(of: Self.index([first, second]), [first, second, Self.one, two]) {
            result, stub in
            #expect(
                result == .success(ImageLabels(source: "https://git.example.com/app")))
            let provenance = Digest(of: Array("provenance".utf8)).description
            #expect(!stub.requests.contains { $0.path.hasSuffix(provenance) })
        }
        try await labels(of: Self.index([first]), [first, Self.one]) { result, _ in
            #expect(result == .success(Self.labels))
        }
    }

    @Test func `a configuration that does not match its digest is refused`() async throws {
        try await labels(
            of: Self.manifest(Self.one), [Self.one],
            response: { request, reply in
                request.path.contains("/blobs/") ? .response(200, body: Self.config("two")) : reply
            }
        ) { result, _ in
            guard case .failure(.digestMismatch) = result else {
                Issue.record("\(result)")
                return
            }
        }
    }

    /// As registries do that store their blobs in a storage service.
    @Test func `a blob on another host is fetched without credentials`() async throws {
        try await labels(
            of: Self.manifest(Self.one), [Self.one],
            response: { request, reply in
                let host = request.headers["Host"].first ?? ""
                if host.hasPrefix("localhost") {
                    return request.headers["Authorization"].isEmpty
                        ? .response(200, body: Self.one) : .response(400)
                }
                guard request.headers["Authorization"] == ["Basic"] || !request.path.contains("v2")
                else {
                    return request.path.contains("/blobs/")
                        ? .response(
                            307,
                            headers: [
                                "Location":
                                    "http://localhost:\(host.split(separator: ":").last ?? "")"
                                    + "/store/x?signature=1"
                            ]) : reply
                }
                return reply
            }
        ) { result, stub in
            #expect(result == .success(Self.labels))
            #expect(stub.requests.contains { $0.uri == "/store/x?signature=1" })
        }
    }

    @Test(arguments: ["http://192.0.2.1/x", "ftp://localhost/x", "/\\evil", ""])
    func `a blob is not fetched without TLS`(_ location: String) async throws {
        try await labels(
            of: Self.manifest(Self.one), [Self.one],
            response: { request, reply in
                request.path.contains("/blobs/")
                    ? .response(307, headers: ["Location": location]) : reply
            }
        ) { result, _ in
            guard case .failure(.protocolViolation) = result else {
                Issue.record("\(result)")
                return
            }
        }
    }
}
