import EnclaviaCore
import EnclaviaSystem
import Foundation
import Hummingbird

extension LocalBackend {
    /// `/oauth`: the code grant with PKCE (RFC 7636) for a native application (RFC 8252).
    func addOAuthRoutes(to router: Router<SandboxContext>) {
        router.get("/oauth/authorize") { request, context in
            try await answered(.authorize, request, context) { authorize(request, context) }
        }
        router.post("/oauth/token") { request, context in
            let form = try await request.form()
            switch form["grant_type"] {
            case "authorization_code":
                return try await answered(.code, request, context) { redeem(form, context) }
            case "refresh_token":
                return try await answered(.refresh, request, context) { refresh(form, context) }
            default:
                return try Answer.refusal(
                    .badRequest, "unsupported_grant_type",
                    "grant_type is authorization_code or refresh_token"
                ).response()
            }
        }
    }

    /// Approves the login at once, instead of the user in a browser.
    private func authorize(_ request: Request, _ context: SandboxContext) -> Answer {
        let query = request.query
        guard query["client_id"] == "enclavia-cli" else {
            return .refusal(.badRequest, "invalid_client", "client_id is not known")
        }
        guard let redirect = query["redirect_uri"], Self.isLoopbackCallback(redirect) else {
            return .refusal(
                .badRequest, "invalid_request", "redirect_uri is not http://127.0.0.1:<port>/cb")
        }
        let state = query["state"] ?? ""
        guard query["response_type"] == "code", query["code_challenge_method"] == "S256",
            let challenge = query["code_challenge"], !challenge.isEmpty
        else {
            return Self.redirection(to: redirect, ["error": "invalid_request", "state": state])
        }
        let fault = faults.take(.authorize, where: { $0 == .refused || $0 == .badState })
        if let fault { context.note.set(fault, at: .authorize) }
        if fault == .refused {
            return Self.redirection(to: redirect, ["error": "access_denied", "state": state])
        }
        let code = tokens.remember(
            .init(
                redirectURI: redirect, challenge: challenge,
                expires: Date(timeIntervalSinceNow: 60)))
        let returned = fault == .badState ? "another-state" : state
        return Self.redirection(to: redirect, ["code": code, "state": returned])
    }

    private func redeem(_ form: FormFields, _ context: SandboxContext) -> Answer {
        if let fault = faults.take(.code, where: { $0 == .refused }) {
            context.note.set(fault, at: .code)
            return Self.invalidGrant("the code was refused")
        }
        guard let code = form["code"], let authorization = tokens.redeem(code: code),
            authorization.expires > Date()
        else { return Self.invalidGrant("the code is unknown, used or expired") }
        guard form["redirect_uri"] == authorization.redirectURI else {
            return Self.invalidGrant("redirect_uri is not that of the authorization")
        }
        guard let verifier = form["code_verifier"],
            RandomToken.challenge(ofVerifier: verifier) == authorization.challenge
        else { return Self.invalidGrant("code_verifier does not fit the challenge") }
        return Self.granted(tokens.grant())
    }

    private func refresh(_ form: FormFields, _ context: SandboxContext) -> Answer {
        if let fault = faults.take(.refresh, where: { $0 == .refused }) {
            context.note.set(fault, at: .refresh)
            return Self.invalidGrant("the refresh token was refused")
        }
        guard let token = form["refresh_token"], let grant = tokens.refresh(token) else {
            return Self.invalidGrant("the refresh token is unknown or was used")
        }
        return Self.granted(grant)
    }

    /// RFC 8252 section 7.3: a loopback address, any port.
    private static func isLoopbackCallback(_ text: String) -> Bool {
        guard let url = URLComponents(string: text) else { return false }
        return url.scheme == "http" && url.host == "127.0.0.1" && url.port != nil
            && url.path == "/cb" && url.query == nil && url.user == nil
    }

    private static func redirection(to base: String, _ fields: [String: String]) -> Answer {
        let query = fields.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
        return Answer(.found, headers: [.location: base + "?" + PercentEncoding.form(query)])
    }

    private static func granted(_ grant: TokenStore.Grant) -> Answer {
        Answer(
            .ok,
            .object([
                "access_token": .string(grant.accessToken),
                "refresh_token": .string(grant.refreshToken),
                "expires_in": .integer(Int64(grant.expiresIn)),
                "token_type": .string("Bearer"),
            ]), headers: [.cacheControl: "no-store"])
    }

    private static func invalidGrant(_ message: String) -> Answer {
        Answer(
            .badRequest,
            .object(["error": .string("invalid_grant"), "error_description": .string(message)]))
    }
}
