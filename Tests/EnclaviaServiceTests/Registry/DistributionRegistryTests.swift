import EnclaviaCore
import EnclaviaService
import NIOHTTP1
import Testing

/// What a registry may answer, faults included.
struct DistributionRegistryTests {
    static let type = "application/vnd.oci.image.manifest.v1+json"
    static let config = "sha256:" + String(repeating: "c", count: 64)
    static let manifest = """
        {"schemaVersion":2,"mediaType":"\(type)","config":{"digest":"\(config)","size":7},\
        "layers":[{"digest":"sha256:1","size":30},{"digest":"sha256:2","size":12}]}
        """
    static let digest = Digest(of: Array(manifest.utf8))

    static func reference(_ registry: String) -> ImageReference {
        ImageReference(registry: registry, owner: "alice", repository: "app", tag: "v1")
    }

    static func access(_ registry: String) -> RegistryAccess {
        RegistryAccess(registry: registry, handle: "alice", password: Secret("passw0rd-secret"))
    }

    /// Queries a stub for ``digest``, or for the tag.
    private func ask(
        byTag: Bool = false, _ response: @escaping @Sendable (StubRequest) -> StubReply,
        _ check: (Result<ManifestDescriptor?, RegistryError>, StubServer) throws -> Void
    ) async throws {
        let transport = Transport(NetworkSettings(userAgent: "enclavia/1.2.3"))
        let registry = DistributionRegistry(
            transport: transport, system: FixedSystem())
        try await withStub(response) { stub in
            let reference = Self.reference(stub.authority)
            let access = Self.access(stub.authority)
            let result: Result<ManifestDescriptor?, RegistryError>
            do throws(RegistryError) {
                result = .success(
                    byTag
                        ? try await registry.manifest(taggedAs: reference, access: access)
                        : try await registry.manifest(Self.digest, of: reference, access: access))
            } catch {
                result = .failure(error)
            }
            try check(result, stub)
        }
        await transport.shutdown()
    }

    @Test(arguments: [
        [:] as HTTPHeaders, ["Docker-Content-Digest": "\(digest)"],
        ["Docker-Content-Digest": "sha512:abc"], ["Docker-Content-Digest": "nonsense"],
    ])
    func `one request gets everything about a digest`(_ headers: HTTPHeaders) async throws {
        try await ask({ _ in .response(200, body: Self.manifest, headers: headers) }) {
            result, stub in
            let manifest = try #require(try result.get())
            #expect(manifest.digest == Self.digest)
            #expect(manifest.mediaType == Self.type)
            #expect(manifest.sizeBytes == 42)
            #expect(manifest.config?.description == Self.config)
            #expect(stub.requests.count == 1)
            let request = try #require(stub.requests.first)
            #expect(request.uri == "/v2/alice/app/manifests/\(Self.digest)")
            #expect(request.headers["Authorization"].isEmpty)
            #expect(request.headers[canonicalForm: "Accept"].count == 4)
        }
    }

    @Test func `other bytes under the digest are a mismatch`() async throws {
        try await ask({ _ in .response(200, body: Self.manifest + " ") }) { result, _ in
            let other = Digest(of: Array((Self.manifest + " ").utf8))
            #expect(
                result
                    == .failure(.digestMismatch(expected: Self.digest, actual: other)))
        }
    }

    @Test(arguments: [false, true])
    func `a digest header that differs from the bytes is a mismatch`(
        _ byTag: Bool
    ) async throws {
        let lie = Digest(of: [1])
        let headers: HTTPHeaders = ["Docker-Content-Digest": "\(lie)"]
        try await ask(byTag: byTag, { _ in .response(200, body: Self.manifest, headers: headers) })
        {
            result, _ in
            #expect(
                result
                    == .failure(
                        .digestMismatch(
                            expected: byTag ? lie : Self.digest,
                            actual: byTag ? Self.digest : lie)))
        }
    }

    @Test func `a tag's digest is computed from the bytes`() async throws {
        try await ask(byTag: true, { _ in .response(200, body: Self.manifest) }) { result, stub in
            let manifest = try result.get()
            #expect(manifest?.digest == Self.digest)
            #expect(stub.requests.first?.uri == "/v2/alice/app/manifests/v1")
        }
    }

    @Test func `an index has its children`() async throws {
        let child = Digest(of: [7])
        let index = #"{"manifests":[{"digest":"\#(child)","size":1},{"digest":"odd"},{}]}"#
        let headers: HTTPHeaders = ["Content-Type": "application/x-index; charset=utf-8"]
        try await ask(byTag: true, { _ in .response(200, body: index, headers: headers) }) {
            result, _ in
            let manifest = try #require(try result.get())
            #expect(manifest.children == [child])
            #expect(manifest.mediaType == "application/x-index")
            #expect(manifest.sizeBytes == nil)
            #expect(manifest.isImage(withID: child.description))
        }
    }

    @Test(arguments: [
        "", "[]", "{}", "{\"layers\":3}", "\u{0}", "<html><body>It works!</body></html>",
        #"{"errors":[]}"#, String(repeating: "[", count: 100_000),
    ])
    func `a tag with something other than a manifest is a protocol violation`(_ body: String)
        async throws
    {
        try await ask(byTag: true, { _ in .response(200, body: body) }) { result, stub in
            #expect(
                result
                    == .failure(
                        .protocolViolation(
                            registry: stub.authority,
                            detail: "what it returned for the tag v1 is not a manifest")))
        }
    }

    @Test(arguments: [
        "{\"layers\":[{\"size\":-1}]}",
        #"{"layers":[{"size":9223372036854775807},{"size":9223372036854775807}]}"#,
    ])
    func `a manifest with invalid sizes still has a digest`(_ body: String) async throws {
        try await ask(byTag: true, { _ in .response(200, body: body) }) { result, _ in
            let manifest = try #require(try result.get())
            #expect(manifest.digest == Digest(of: Array(body.utf8)))
            #expect(manifest.sizeBytes == nil)
        }
    }

    @Test func `a missing manifest is nil`() async throws {
        let body = #"{"errors":[{"code":"MANIFEST_UNKNOWN"}]}"#
        try await ask({ _ in .response(404, body: body) }) { result, _ in
            let manifest = try result.get()
            #expect(manifest == nil)
        }
    }

    @Test func `a challenge leads to one scoped token, which is reused`() async throws {
        let transport = Transport(NetworkSettings(userAgent: "x"))
        let registry = DistributionRegistry(
            transport: transport, system: FixedSystem())
        try await withStub({ request in
            if request.path == "/token" { return .json(#"{"token":"scoped"}"#) }
            guard request.headers["Authorization"] == ["Bearer scoped"] else {
                return .response(
                    401,
                    headers: [
                        "WWW-Authenticate":
                            "Bearer realm=\"http://\(request.headers["Host"][0])/token?x=1\","
                            + "service=\"the registry\",scope=\"repository:alice/app:pull\""
                    ])
            }
            return .response(200, body: Self.manifest)
        }) { stub in
            let reference = Self.reference(stub.authority)
            for _ in 1...2 {
                let manifest = try await registry.manifest(
                    Self.digest, of: reference, access: Self.access(stub.authority))
                #expect(manifest != nil)
            }
            let tokens = stub.requests.filter { $0.path == "/token" }
            #expect(tokens.count == 1)
            #expect(stub.requests.count == 4)
            #expect(
                tokens.first?.uri
                    == "/token?x=1&service=the%20registry&scope=repository%3Aalice%2Fapp%3Apull"
                    + "&account=alice")
            #expect(
                tokens.first?.headers["Authorization"] == ["Basic YWxpY2U6cGFzc3cwcmQtc2VjcmV0"])
        }
        await transport.shutdown()
    }

    @Test func `a refused token leads to one new token and no third`() async throws {
        try await ask({ request in
            if request.path == "/token" { return .json(#"{"access_token":"x"}"#) }
            return .response(
                401,
                headers: [
                    "WWW-Authenticate":
                        "Bearer realm=\"http://\(request.headers["Host"][0])/token\""
                ])
        }) { result, stub in
            #expect(result == .failure(.denied(registry: stub.authority, status: 401)))
            #expect(stub.requests.count == 3)
        }
    }

    @Test(arguments: [
        #"Bearer realm="http://evil.example/token""#, #"Bearer realm="ftp://evil.example/""#,
        #"Bearer realm="http://127.0.0.1@evil.example/token""#, "Bearer service=x",
    ])
    func `the password is not sent to a realm without TLS`(_ challenge: String) async throws {
        try await ask({ _ in .response(401, headers: ["WWW-Authenticate": challenge]) }) {
            result, stub in
            guard case .failure(.protocolViolation) = result else {
                Issue.record("\(result)")
                return
            }
            #expect(stub.requests.count == 1)
            #expect(!"\(result)".contains("passw0rd"))
        }
    }

    @Test func `a registry that requires Basic authentication gets it`() async throws {
        try await ask({ request in
            request.headers["Authorization"].isEmpty
                ? .response(401, headers: ["WWW-Authenticate": "Basic realm=x"])
                : .response(200, body: Self.manifest)
        }) { result, _ in
            let manifest = try result.get()
            #expect(manifest != nil)
        }
    }

    @Test(arguments: [
        (StubReply.response(403), 1), (.response(400, body: "bad\nrequest"), 1),
        (.response(401), 1), (.response(500, body: "oops"), 3), (.response(429), 3), (.close, 3),
        (.response(503, headers: ["Retry-After": "600"]), 1),
        (.raw("no http\r\n\r\n"), 1), (.flood(bytes: 64 << 20), 1),
        (.response(301, headers: ["Location": "http://localhost:1/x"]), 1),
    ])
    func `a fault is reported after at most three tries`(_ fault: StubReply, _ tries: Int)
        async throws
    {
        try await ask({ _ in fault }) { result, stub in
            #expect(stub.requests.count == tries)
            let registry = stub.authority
            switch (fault, result) {
            case (.response(403, _, _), .failure(.denied(registry: registry, status: 403))),
                (.response(401, _, _), .failure(.denied(registry: registry, status: 401))),
                (
                    .response(400, _, _),
                    .failure(.refused(registry: registry, status: 400, message: "bad"))
                ),
                (
                    .response(500, _, _),
                    .failure(.failed(registry: registry, status: 500, message: "oops"))
                ),
                (
                    .response(503, _, _),
                    .failure(.failed(registry: registry, status: 503, message: _))
                ),
                (
                    .response(429, _, _),
                    .failure(.failed(registry: registry, status: 429, message: _))
                ),
                (.close, .failure(.unavailable(registry: registry, reason: _))),
                (.raw, .failure(.protocolViolation(registry: registry, detail: _))),
                (.flood, .failure(.protocolViolation(registry: registry, detail: _))),
                (.response(301, _, _), .failure(.protocolViolation(registry: registry, detail: _))):
                break
            default:
                Issue.record("\(fault) gave \(result)")
            }
        }
    }

    @Test func `a password is sent only to its own registry`() async throws {
        let transport = Transport(NetworkSettings(userAgent: "x"))
        let error = await errorOf { () async throws(RegistryError) in
            try await DistributionRegistry(
                transport: transport, system: FixedSystem()
            ).manifest(
                Self.digest, of: Self.reference("localhost:1"), access: Self.access("other.example")
            )
        }
        #expect(error == .denied(registry: "localhost:1", status: 401))
        await transport.shutdown()
    }

    @Test func `a registry that answers without a server error is reachable`() async throws {
        let transport = Transport(NetworkSettings(userAgent: "x"))
        let registry = DistributionRegistry(
            transport: transport, system: FixedSystem())
        try await withStub({ _ in .response(401) }) { stub in
            #expect(await registry.isReachable(stub.authority))
        }
        try await withStub({ _ in .response(502) }) { stub in
            #expect(await registry.isReachable(stub.authority) == false)
        }
        #expect(await registry.isReachable("127.0.0.1:1") == false)
        #expect(await registry.isReachable("no host") == false)
        await transport.shutdown()
    }
}
