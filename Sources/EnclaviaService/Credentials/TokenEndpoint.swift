import EnclaviaCore
import EnclaviaSystem
import NIOHTTP1

/// The tokens in a response of `/oauth/token`.
package struct TokenGrant: Hashable, Sendable, Decodable {
    let access: Secret
    let refresh: Secret?
    /// In seconds, from the response on.
    let expiresIn: Double?

    private enum CodingKeys: String, CodingKey {
        case access = "access_token"
        case refresh = "refresh_token"
        case expiresIn = "expires_in"
    }

    package init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: CodingKeys.self)
        func secret(_ key: CodingKeys, _ text: String) throws -> Secret {
            guard let secret = Secret(headerText: text) else {
                throw DecodingError.dataCorruptedError(
                    forKey: key, in: object, debugDescription: "not a token")
            }
            return secret
        }
        access = try secret(.access, try object.decode(String.self, forKey: .access))
        refresh = try object.decodeIfPresent(String.self, forKey: .refresh)
            .map { try secret(.refresh, $0) }
        expiresIn = try object.decodeIfPresent(Double.self, forKey: .expiresIn)
        if let expiresIn, !(0...4e9).contains(expiresIn) {
            throw DecodingError.dataCorruptedError(
                forKey: .expiresIn, in: object, debugDescription: "not a number of seconds")
        }
    }

    /// When the token expires, counted from `moment`; `nil` where the response has no `expires_in`.
    func expiry(from moment: Timestamp) -> Timestamp? {
        expiresIn.map { moment.adding(milliseconds: Int64($0 * 1000)) }
    }
}

/// The backend's token endpoint (RFC 6749, 4.1.3 and 6), for a public client.
struct TokenEndpoint: Sendable {
    static let callName = "POST /oauth/token"
    static let limit = Duration.seconds(20)
    /// The timeout of a refresh whose response has started. It is long, because the login is lost if the
    /// response is not read completely.
    static let refreshLimit = Duration.seconds(60)

    let backend: ServiceURL
    let transport: Transport

    /// Exchanges a refresh token. Sends the request only once: a retry with a token that the backend has
    /// rotated already would end the login.
    func refresh(_ token: Secret) async throws(BackendError) -> TokenGrant {
        transport.secrets.add(token)
        let response = try await response(
            [
                ("grant_type", "refresh_token"), ("refresh_token", token.reveal()),
                ("client_id", AccessTokens.clientID),
            ], within: Self.refreshLimit)
        switch response.status {
        case 200..<300: break
        case 400, 401, 403: throw .unauthorized(reason: .refreshRefused)
        default:
            throw BackendRefusal(
                response, without: transport.secrets, call: Self.callName, backend: backend
            ).error
        }
        return try grant(response)
    }

    /// Exchanges the code of a login; the caller checks the status.
    func exchange(
        code: Secret, verifier: Secret, redirect: String, until deadline: Deadline
    ) async throws(BackendError) -> HTTPResponse {
        for secret in [code, verifier] { transport.secrets.add(secret) }
        return try await response(
            [
                ("grant_type", "authorization_code"), ("code", code.reveal()),
                ("redirect_uri", redirect), ("client_id", AccessTokens.clientID),
                ("code_verifier", verifier.reveal()),
            ], within: deadline.remaining.capped(at: Self.limit))
    }

    /// The tokens in a successful response.
    func grant(_ response: HTTPResponse) throws(BackendError) -> TokenGrant {
        let grant = try AnswerJSON.decode(TokenGrant.self, response, call: Self.callName)
        for secret in [grant.access, grant.refresh] {
            if let secret { transport.secrets.add(secret) }
        }
        return grant
    }

    private func response(
        _ fields: [(name: String, value: String)], within limit: Duration
    ) async throws(BackendError) -> HTTPResponse {
        let call = HTTPCall(
            .POST, backend, "/oauth/token",
            headers: [
                "Content-Type": "application/x-www-form-urlencoded",
                "Accept": "application/json",
            ], body: Array(PercentEncoding.form(fields).utf8))
        do {
            return try await transport.send(
                call, within: limit, headWithin: limit.capped(at: Self.limit))
        } catch {
            throw BackendError(error, call: Self.callName, backend: backend)
        }
    }
}
