import EnclaviaCore
import EnclaviaSystem
import NIOHTTP1

/// A distribution registry over HTTP. It requests tokens itself, which a push leaves to Docker.
package actor DistributionRegistry: Registry {
    /// The timeout of one query, including its token requests and retries.
    private static let limit = Duration.seconds(25)

    private let transport: Transport
    private let system: any SystemEnvironment
    /// The `Authorization` header that the registry last accepted, by repository and password.
    private var authorizations: [Grant: Secret] = [:]
    /// The registries on this machine that speak TLS.
    private var secureLoopbacks: Set<String> = []

    private struct Grant: Hashable {
        let access: RegistryAccess
        let path: String
    }

    package init(transport: Transport, system: any SystemEnvironment) {
        self.transport = transport
        self.system = system
    }

    /// Sends one `GET`: its body proves the digest, and holds the media type, the size and the configuration.
    /// The header of a `HEAD` is only the registry's claim; sending one first would cost another round trip
    /// and prove nothing more.
    package func manifest(
        _ digest: Digest, of reference: ImageReference, access: RegistryAccess
    ) async throws(RegistryError) -> ManifestDescriptor? {
        guard let response = try await get("manifests/\(digest)", reference, access) else {
            return nil
        }
        let actual = Digest(of: response.body)
        guard actual == digest else {
            // A login page or a proxy's page is not a digest mismatch.
            try Self.checkIsManifest(response, reference, "the digest \(digest)")
            throw .digestMismatch(expected: digest, actual: actual)
        }
        if let claimed = response.claimedDigest, claimed != digest {
            throw .digestMismatch(expected: digest, actual: claimed)
        }
        return ManifestDocument.descriptor(
            of: response.body, digest: digest, type: response.mediaType)
    }

    package func manifest(
        taggedAs reference: ImageReference, access: RegistryAccess
    ) async throws(RegistryError) -> ManifestDescriptor? {
        guard let response = try await get("manifests/\(reference.tag)", reference, access) else {
            return nil
        }
        try Self.checkIsManifest(response, reference, "the tag \(reference.tag)")
        let actual = Digest(of: response.body)
        if let claimed = response.claimedDigest, claimed != actual {
            throw .digestMismatch(expected: claimed, actual: actual)
        }
        return ManifestDocument.descriptor(
            of: response.body, digest: actual, type: response.mediaType)
    }

    /// Only the body tells a manifest from the page of a proxy or a login.
    private static func checkIsManifest(
        _ response: HTTPResponse, _ reference: ImageReference, _ name: String
    ) throws(RegistryError) {
        guard ManifestDocument.read(response.body) == nil else { return }
        throw .protocolViolation(
            registry: reference.registry, detail: "what it returned for \(name) is not a manifest")
    }

    package func isReachable(_ registry: String) async -> Bool {
        guard let service = try? service(registry) else { return false }
        if case .success(let response) = await ping(service), response.status < 500 { return true }
        guard let secure = Self.secureLoopback(service, registry),
            case .success = await ping(secure)
        else { return false }
        secureLoopbacks.insert(registry)
        return true
    }

    private func ping(_ service: ServiceURL) async -> Result<HTTPResponse, TransportError> {
        await transport.outcome(HTTPCall(.GET, service, "/v2/"), within: .seconds(5))
    }

    /// The response to a `GET` below the repository's URL; `nil` for a 404.
    func get(
        _ name: String, _ reference: ImageReference, _ access: RegistryAccess,
        mayBeCrossOrigin: Bool = false
    ) async throws(RegistryError) -> HTTPResponse? {
        let service = try service(reference.registry)
        // Send a password only to the registry that it was issued for.
        guard access.registry == reference.registry else {
            throw .denied(registry: reference.registry, status: 401)
        }
        var response = try await response(
            "/v2/\(reference.path)/\(name)", from: service,
            Grant(access: access, path: reference.path))
        if mayBeCrossOrigin, let call = Redirection.crossOrigin(response) {
            let calls = RegistryCalls(
                registry: access.registry, transport: transport, system: system)
            response = try await calls.response(call, until: Deadline(after: Self.limit))
        }
        switch response.status {
        case 200: return response
        case 404: return nil
        default:
            throw RegistryError(
                response, without: transport.secrets, registry: reference.registry)
        }
    }

    /// Sends the request, and sends it again over TLS where a registry on this machine requires that:
    /// servers that expect TLS respond with 400 or a redirect to https, or close the connection.
    private func response(
        _ target: String, from service: ServiceURL, _ grant: Grant
    ) async throws(RegistryError) -> HTTPResponse {
        let deadline = Deadline(after: Self.limit)
        let first = await result { () async throws(RegistryError) in
            try await authorized(target, from: service, grant, until: deadline)
        }
        let mayBeTLS =
            switch first {
            case .success(let response):
                response.status == 400 || (300..<400).contains(response.status)
            case .failure(let error): error.mayBeTLS
            }
        let registry = grant.access.registry
        guard mayBeTLS, let secure = Self.secureLoopback(service, registry) else {
            return try first.get()
        }
        switch await ping(secure) {
        case .success:
            secureLoopbacks.insert(registry)
            return try await authorized(target, from: secure, grant, until: deadline)
        case .failure(.unreachable(let fault)) where fault != .noTLS(host: secure.authority):
            throw .unreachable(registry: registry, fault)
        case .failure:
            return try first.get()
        }
    }

    /// The same registry over TLS, where it is on this machine and `service` is plain http. Docker tries both,
    /// too.
    private static func secureLoopback(_ service: ServiceURL, _ registry: String) -> ServiceURL? {
        service.scheme == .http ? try? ServiceURL("https://\(registry)") : nil
    }

    /// Sends the request with the cached header, and after a 401 once more with a new token. Some registries
    /// respond to anonymous requests with 404 instead of 401; `/v2/` then returns the challenge.
    private func authorized(
        _ target: String, from service: ServiceURL, _ grant: Grant, until deadline: Deadline
    ) async throws(RegistryError) -> HTTPResponse {
        let calls = RegistryCalls(
            registry: grant.access.registry, transport: transport, system: system)
        var call = HTTPCall(
            .GET, service, target,
            headers: HTTPHeaders(ManifestDocument.mediaTypes.map { ("Accept", $0) }))
        if let known = authorizations[grant] {
            call.headers.replaceOrAdd(name: "Authorization", value: known.reveal())
        }
        var response = try await calls.response(call, until: deadline)
        if response.status == 404, call.headers["Authorization"].isEmpty {
            let ping = try await calls.response(
                HTTPCall(.GET, call.service, "/v2/"), until: deadline)
            if ping.status == 401 { response = ping }
        }
        guard response.status == 401 else { return response }
        authorizations[grant] = nil
        let header = try await RegistryAuthorization(access: grant.access, calls: calls)
            .header(
                answering: Challenge.parse(response.headers["WWW-Authenticate"]),
                repository: grant.path, until: deadline)
        call.headers.replaceOrAdd(name: "Authorization", value: header.reveal())
        let second = try await calls.response(call, until: deadline)
        if second.status != 401 { authorizations[grant] = header }
        return second
    }

    /// The URL of a registry. Plain http is used only on this machine, as Docker does.
    private func service(_ registry: String) throws(RegistryError) -> ServiceURL {
        guard let authority = Authority(registry) else {
            throw .protocolViolation(registry: registry, detail: "its name is not a valid host")
        }
        let isPlain = Loopback.contains(authority.host) && !secureLoopbacks.contains(registry)
        guard let service = try? ServiceURL("\(isPlain ? "http" : "https")://\(registry)") else {
            throw .protocolViolation(registry: registry, detail: "its name is not a valid host")
        }
        return service
    }
}
