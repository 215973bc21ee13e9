import EnclaviaCore
import NIOHTTP1

/// A distribution registry over HTTP, with the token dance that a push leaves to Docker.
package actor DistributionRegistry: Registry {
    /// Everything that one question takes, tokens and further tries included.
    private static let limit = Duration.seconds(25)

    private let transport: Transport
    private let surroundings: any Surroundings
    /// The header that worked last for a repository and a password.
    private var authorizations: [Grant: Secret] = [:]

    private struct Grant: Hashable {
        let access: RegistryAccess
        let path: String
    }

    package init(transport: Transport, surroundings: any Surroundings) {
        self.transport = transport
        self.surroundings = surroundings
    }

    /// One `GET` answers everything: its bytes prove the digest, where the header of a `HEAD` would be
    /// the registry's word alone, and they hold the media type, the size and the configuration. A `HEAD`
    /// before it would cost another round trip and prove nothing more.
    package func manifest(
        _ digest: Digest, of reference: ImageReference, access: RegistryAccess
    ) async throws(RegistryError) -> ManifestDescriptor? {
        guard let answer = try await manifest(digest.description, reference, access) else {
            return nil
        }
        let actual = Digest(of: answer.body)
        guard actual == digest else {
            throw .digestMismatch(expected: digest, actual: actual.description)
        }
        if let claimed = Self.claimedDigest(answer), claimed != digest {
            throw .digestMismatch(expected: digest, actual: claimed.description)
        }
        return ManifestDocument.descriptor(
            of: answer.body, digest: digest, type: Self.mediaType(answer))
    }

    package func manifest(
        taggedAs reference: ImageReference, access: RegistryAccess
    ) async throws(RegistryError) -> ManifestDescriptor? {
        guard let answer = try await manifest(reference.tag, reference, access) else { return nil }
        // Nothing else tells what a proxy or a login page made up from what the registry holds.
        guard ManifestDocument.read(answer.body) != nil else {
            throw .protocolViolation(
                registry: reference.registry,
                detail: "what it holds under the tag \(reference.tag) is no manifest")
        }
        let actual = Digest(of: answer.body)
        if let claimed = Self.claimedDigest(answer), claimed != actual {
            throw .digestMismatch(expected: claimed, actual: actual.description)
        }
        return ManifestDocument.descriptor(
            of: answer.body, digest: actual, type: Self.mediaType(answer))
    }

    package func isReachable(_ registry: String) async -> Bool {
        guard let service = try? Self.service(registry) else { return false }
        let answer = try? await transport.send(
            HTTPCall(.GET, service, "/v2/"), within: .seconds(5))
        guard let answer else { return false }
        return answer.status < 500
    }

    /// The whole answer to a `GET` of a manifest; `nil` where there is none.
    private func manifest(
        _ name: String, _ reference: ImageReference, _ access: RegistryAccess
    ) async throws(RegistryError) -> HTTPAnswer? {
        let service = try Self.service(reference.registry)
        // A password is for the registry that it was given for.
        guard access.registry == reference.registry else {
            throw .denied(registry: reference.registry, status: 401)
        }
        let call = HTTPCall(
            .GET, service, "/v2/\(reference.path)/manifests/\(name)",
            headers: HTTPHeaders(ManifestDocument.mediaTypes.map { ("Accept", $0) }))
        let answer = try await authorized(
            call, Grant(access: access, path: reference.path),
            until: Deadline(after: Self.limit))
        switch answer.status {
        case 200: return answer
        case 404: return nil
        default:
            throw RegistryError(
                answer.hiding(access.password), registry: reference.registry)
        }
    }

    /// Sends `call` with what is known, and after a 401 once more with a new token.
    private func authorized(
        _ call: HTTPCall, _ grant: Grant, until deadline: Deadline
    ) async throws(RegistryError) -> HTTPAnswer {
        let calls = RegistryCalls(
            registry: grant.access.registry, transport: transport, surroundings: surroundings)
        var call = call
        if let known = authorizations[grant] {
            call.headers.replaceOrAdd(name: "Authorization", value: known.reveal())
        }
        let answer = try await calls.answer(call, until: deadline)
        guard answer.status == 401 else { return answer }
        authorizations[grant] = nil
        let header = try await RegistryAuthorization(access: grant.access, calls: calls)
            .header(
                answering: Challenge.parse(answer.headers["WWW-Authenticate"]),
                scope: "repository:\(grant.path):pull", until: deadline)
        call.headers.replaceOrAdd(name: "Authorization", value: header.reveal())
        let second = try await calls.answer(call, until: deadline)
        if second.status != 401 { authorizations[grant] = header }
        return second
    }

    /// Plain http is spoken to this machine alone, as Docker does it.
    private static func service(_ registry: String) throws(RegistryError) -> ServiceURL {
        guard let authority = Authority(registry),
            let service = try? ServiceURL(
                "\(Loopback.contains(authority.host) ? "http" : "https")://\(registry)")
        else {
            throw .protocolViolation(registry: registry, detail: "its name is no host")
        }
        return service
    }

    private static func claimedDigest(_ answer: HTTPAnswer) -> Digest? {
        answer.headers.first(name: "Docker-Content-Digest").flatMap { Digest($0) }
    }

    private static func mediaType(_ answer: HTTPAnswer) -> String? {
        answer.headers.first(name: "Content-Type")?
            .split(separator: ";").first.flatMap { $0.trimmed.nonEmpty }
    }
}
