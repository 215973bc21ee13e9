import EnclaviaCore
import EnclaviaSystem
import FoundationEssentials
import NIOHTTP1

/// Creates the `Authorization` header that a registry requires.
///
/// Source: distribution, "Token Authentication Specification"; RFC 7617.
struct RegistryAuthorization: Sendable {
    let access: RegistryAccess
    let calls: RegistryCalls

    /// The header that answers `challenges`.
    ///
    /// The scope is the challenge's where that names the repository. Otherwise it is derived: some registries
    /// send a placeholder, or an empty scope.
    ///
    /// - Parameter repository: `owner/repo`.
    func header(
        answering challenges: [Challenge], repository: String, until deadline: Deadline
    ) async throws(RegistryError) -> Secret {
        if let bearer = challenges.first(where: { $0.scheme == "bearer" }) {
            let named = bearer.parameters["scope"].flatMap {
                $0.contains("repository:\(repository):") ? $0 : nil
            }
            let scope = named ?? "repository:\(repository):pull"
            return try await token(bearer, scope: scope, until: deadline)
        }
        if challenges.contains(where: { $0.scheme == "basic" }) { return basic }
        throw .denied(registry: access.registry, status: 401)
    }

    private var basic: Secret {
        let pair = "\(access.handle):\(access.password.reveal())"
        return Secret("Basic \(Data(pair.utf8).base64EncodedString())")
    }

    private func token(
        _ challenge: Challenge, scope: String, until deadline: Deadline
    ) async throws(RegistryError) -> Secret {
        let (realm, query) = try realm(challenge)
        var fields = query.isEmpty ? [] : [query]
        if let service = challenge.parameters["service"] {
            fields.append(PercentEncoding.form([("service", service)]))
        }
        fields.append(PercentEncoding.form([("scope", scope), ("account", access.handle)]))
        let call = HTTPCall(
            .GET, realm, "?" + fields.joined(separator: "&"),
            headers: ["Authorization": basic.reveal(), "Accept": "application/json"])
        let response = try await calls.response(call, until: deadline)
        guard response.status == 200 else {
            throw RegistryError(
                response, without: calls.transport.secrets, registry: access.registry)
        }
        return try bearer(response)
    }

    /// The realm, and the query that its URL may have. The password is sent there, so it must be
    /// reached over TLS or on this machine.
    private func realm(
        _ challenge: Challenge
    ) throws(RegistryError) -> (url: ServiceURL, query: String) {
        func violation(_ detail: String) -> RegistryError {
            .protocolViolation(registry: access.registry, detail: detail)
        }
        guard let text = challenge.parameters["realm"] else {
            throw violation("its challenge has no realm")
        }
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let url = try? ServiceURL(parts[0]) else {
            throw violation("its challenge has a realm that is not a URL")
        }
        guard url.isConfidential else {
            throw violation("its challenge has the realm \(url), which is not https")
        }
        return (url, parts.count > 1 ? String(parts[1]) : "")
    }

    private func bearer(_ response: HTTPResponse) throws(RegistryError) -> Secret {
        struct Grant: Decodable {
            let token: String?
            let accessToken: String?

            enum CodingKeys: String, CodingKey {
                case token
                case accessToken = "access_token"
            }
        }
        guard let grant = try? JSONDecoder().decode(Grant.self, from: Data(response.body)),
            let text = grant.token ?? grant.accessToken, Secret(headerText: text) != nil
        else {
            throw .protocolViolation(
                registry: access.registry, detail: "its token service returned no token")
        }
        calls.transport.secrets.add(Secret(text))
        return Secret("Bearer \(text)")
    }
}
