import EnclaviaCore
import Foundation
import Hummingbird

extension LocalBackend {
    /// The name of the registry in tokens and challenges.
    static let registryService = "enclavia-sandbox"

    /// `/token`: the registry's token realm (distribution, "Token Authentication Specification"
    /// and "Token Scope Documentation"). Docker uses `GET`; containerd tries `POST` first.
    func addRealmRoutes(to router: Router<SandboxContext>) {
        router.get("/token") { request, context in
            try await answered(.token, request, context) {
                let (user, password) = Self.basic(request) ?? ("", "")
                return try await issue(
                    user: user, password: password, scopes: request.query.all("scope"), context)
            }
        }
        router.post("/token") { request, context in
            try await answered(.token, request, context) {
                let form = try await request.form()
                return try await issue(
                    user: form["username"] ?? "", password: form["password"] ?? "",
                    scopes: form.all("scope"), context)
            }
        }
    }

    private func issue(
        user: String, password: String, scopes: [String], _ context: SandboxContext
    ) async throws -> Answer {
        let fault = faults.take(.token, where: { $0 == .refused })
        if let fault { context.note.set(fault, at: .token) }
        guard fault == nil, user == handle, tokens.isValid(password: password) else {
            return Self.registryRefusal(
                .unauthorized, "UNAUTHORIZED", "authentication required")
        }
        let access = scopes.flatMap { $0.split(separator: " ") }.compactMap { scope in
            RealmSigner.Access(scope: String(scope), owner: handle)
        }
        let token = try await signer.token(
            subject: user, access: access, lifetime: tokens.passwordLifetime)
        return Answer(
            .ok,
            .object([
                "token": .string(token), "access_token": .string(token),
                "expires_in": .integer(Int64(tokens.passwordLifetime)),
                "issued_at": .string(Timestamp(Date()).description),
            ]))
    }

    /// An error in the registry's form (distribution specification, "Error Codes").
    static func registryRefusal(
        _ status: HTTPResponse.Status, _ code: String, _ message: String
    ) -> Answer {
        let error = JSONValue.object([
            "code": .string(code), "message": .string(message), "detail": .null,
        ])
        return Answer(status, .object(["errors": .array([error])]))
    }

    private static func basic(_ request: Request) -> (user: String, password: String)? {
        guard let value = request.headers[.authorization], value.lowercased().hasPrefix("basic "),
            let bytes = Data(base64Encoded: String(value.dropFirst("basic ".count)))
        else { return nil }
        let parts = String(decoding: bytes, as: UTF8.self)
            .split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        return (String(parts[0]), String(parts[1]))
    }
}
