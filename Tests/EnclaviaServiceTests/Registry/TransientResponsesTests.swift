import EnclaviaCore
import EnclaviaService
import FoundationEssentials
import NIOHTTP1
import NIOSSL
import TestSupport
import Testing

/// Answers of registries that are not final, or come from another place.
struct TransientResponsesTests {
    private static let manifest = DistributionRegistryTests.manifest
    private static let digest = DistributionRegistryTests.digest
    private static let path = "/v2/alice/app/manifests/\(digest)"

    private func ask(
        tls: NIOSSLContext? = nil, host: String = "127.0.0.1", certificate: String? = nil,
        _ response: @escaping @Sendable (StubRequest) -> StubReply,
        _ check: (Result<ManifestDescriptor?, RegistryError>, StubServer) throws -> Void
    ) async throws {
        let transport = Transport(
            NetworkSettings(userAgent: "enclavia/1.2.3", certificateFile: certificate))
        let registry = DistributionRegistry(
            transport: transport, system: FixedSystem())
        try await withStub(tls: tls, response) { stub in
            let name = "\(host):\(stub.port)"
            let result: Result<ManifestDescriptor?, RegistryError>
            do throws(RegistryError) {
                result = .success(
                    try await registry.manifest(
                        Self.digest, of: DistributionRegistryTests.reference(name),
                        access: DistributionRegistryTests.access(name)))
            } catch {
                result = .failure(error)
            }
            try check(result, stub)
        }
        await transport.shutdown()
    }

    private static func challenge(_ request: StubRequest, _ scope: String = "") -> StubReply {
        .response(
            401,
            headers: [
                "WWW-Authenticate":
                    "Bearer realm=\"http://\(request.headers["Host"][0])/token\"\(scope)"
            ])
    }

    @Test func `a registry that hides images from anonymous clients is queried with a token`()
        async throws
    {
        try await ask({ request in
            if request.path == "/token" { return .json(#"{"token":"scoped"}"#) }
            if request.headers["Authorization"] == ["Bearer scoped"] {
                return .response(200, body: Self.manifest)
            }
            return request.path == "/v2/" ? Self.challenge(request) : .response(404)
        }) { result, stub in
            let manifest = try result.get()
            #expect(manifest?.digest == Self.digest)
            #expect(stub.requests.map(\.path) == [Self.path, "/v2/", "/token", Self.path])
        }
    }

    @Test func `an image that is also missing with a token is missing`() async throws {
        try await ask({ request in
            if request.path == "/token" { return .json(#"{"token":"scoped"}"#) }
            return request.path == "/v2/" ? Self.challenge(request) : .response(404)
        }) { result, _ in
            let manifest = try result.get()
            #expect(manifest == nil)
        }
    }

    @Test(arguments: [
        ",scope=\"\"", ",scope=\"repository:user/image:pull\"", "", ",scope=\"x\"",
        ",scope=\"repository:alice/app2:pull\"",
    ])
    func `a scope that does not name the repository is derived`(_ scope: String) async throws {
        try await ask({ request in
            if request.path == "/token" {
                return request.uri.contains("scope=repository%3Aalice%2Fapp%3Apull")
                    ? .json(#"{"token":"scoped"}"#) : .response(403)
            }
            guard request.headers["Authorization"] == ["Bearer scoped"] else {
                return Self.challenge(request, scope)
            }
            return .response(200, body: Self.manifest)
        }) { result, _ in
            let manifest = try result.get()
            #expect(manifest?.digest == Self.digest)
        }
    }

    @Test(arguments: [
        "<html>Please log in</html>", "", "{}", #"{"errors":[{"code":"UNKNOWN"}]}"#,
    ])
    func `an answer that is not a manifest is not a digest mismatch`(_ body: String) async throws {
        try await ask({ _ in .response(200, body: body) }) { result, stub in
            #expect(
                result
                    == .failure(
                        .protocolViolation(
                            registry: stub.authority,
                            detail:
                                "what it returned for the digest \(Self.digest) is not a manifest"))
            )
        }
    }

    @Test(arguments: [301, 302, 307, 308])
    func `a redirect within the origin is followed, for manifest and realm`(
        _ status: Int
    ) async throws {
        try await ask({ request in
            let host = request.headers["Host"][0]
            switch request.path {
            case "/token":
                return .response(status, headers: ["Location": "http://\(host)/moved/token?a=b#c"])
            case "/moved/token":
                return request.headers["Authorization"].isEmpty
                    ? .response(401) : .json(#"{"token":"scoped"}"#)
            case Self.path:
                return .response(status, headers: ["Location": "/moved/manifest"])
            case "/moved/manifest":
                return request.headers["Authorization"] == ["Bearer scoped"]
                    ? .response(200, body: Self.manifest) : Self.challenge(request)
            default: return .response(500)
            }
        }) { result, stub in
            let manifest = try result.get()
            #expect(manifest?.digest == Self.digest)
            #expect(stub.requests.contains { $0.uri == "/moved/token?a=b" })
        }
    }

    /// The credentials would be sent along.
    @Test(arguments: [
        "http://localhost:PORT/x", "https://127.0.0.1:PORT/x", "http://127.0.0.1:1/x",
        "//evil.example/x", "http://127.0.0.1:PORT@evil.example/x", "ftp://127.0.0.1:PORT/x", "",
        "\\\\evil.example\\x", "javascript:alert(1)",
    ])
    func `a redirect to another origin is not followed`(_ location: String) async throws {
        try await ask({ request in
            let port = request.headers["Host"][0].split(separator: ":")[1]
            return .response(
                307, headers: ["Location": location.replacing("PORT", with: String(port))])
        }) { result, stub in
            guard case .failure(.protocolViolation) = result else {
                Issue.record("\(result)")
                return
            }
            #expect(stub.requests.count == 1)
        }
    }

    @Test func `endless redirects are an error`() async throws {
        try await ask({ _ in .response(302, headers: ["Location": "again"]) }) { result, stub in
            guard case .failure(.protocolViolation) = result else {
                Issue.record("\(result)")
                return
            }
            #expect(stub.requests.count == 6)
            #expect(stub.requests.last?.uri == "/v2/alice/app/manifests/again")
        }
    }

    /// A certificate for this machine, and a server's settings with it.
    private static func certificate(in folder: Folder) async throws -> NIOSSLContext {
        let made = try await Run.shell(
            "openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 "
                + "-subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1",
            directory: folder.path)
        try #require(made.status == 0, "\(made.err)")
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: [
                    .certificate(
                        try NIOSSLCertificate.fromPEMFile("\(folder.path)/cert.pem")[0])
                ],
                privateKey: .privateKey(
                    try NIOSSLPrivateKey(file: "\(folder.path)/key.pem", format: .pem))))
    }

    @Test(arguments: ["localhost", "127.0.0.1"])
    func `a registry on this machine may speak TLS`(_ host: String) async throws {
        let folder = try Folder()
        let context = try await Self.certificate(in: folder)
        try await ask(
            tls: context, host: host, certificate: "\(folder.path)/cert.pem",
            { _ in .response(200, body: Self.manifest) }
        ) { result, _ in
            let manifest = try result.get()
            #expect(manifest?.digest == Self.digest)
        }
    }

    @Test func `a registry with an untrusted certificate gets no request`() async throws {
        let folder = try Folder()
        let context = try await Self.certificate(in: folder)
        try await ask(tls: context, { _ in .response(200, body: Self.manifest) }) { result, stub in
            guard case .failure(.unreachable(_, .certificate(_, .selfSigned))) = result else {
                Issue.record("\(result)")
                return
            }
            #expect(stub.requests.isEmpty)
        }
    }
}
