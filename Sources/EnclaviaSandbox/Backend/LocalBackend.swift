import EnclaviaCore
import Foundation
import Hummingbird

/// The backend's API and the registry's token realm, for one account, on loopback.
struct LocalBackend: Sendable {
    let handle: String
    /// `host:port` of the registry.
    let registry: String
    let tokens: TokenStore
    let fleet: EnclaveFleet
    let faults: FaultBoard
    let log: RequestLog
    let idempotencyCache: IdempotencyCache
    let signer: RealmSigner

    func router() -> Router<SandboxContext> {
        let router = Router(context: SandboxContext.self)
        router.middlewares.add(RequestRecorder(service: "backend", log: log, readsBodies: true))
        addAccountRoutes(to: router)
        addEnclaveRoutes(to: router)
        addOAuthRoutes(to: router)
        addRealmRoutes(to: router)
        addControlRoutes(to: router)
        return router
    }

    /// Handles a request that needs an access token.
    func authenticated(
        _ place: FaultPlace, _ request: Request, _ context: SandboxContext,
        work: () async throws -> Answer
    ) async throws -> Response {
        if let fault = faults.take(.access) {
            context.note.set(fault, at: .access)
            return try Self.unauthorized.response()
        }
        guard let token = Self.bearer(request), tokens.isValid(access: token) else {
            return try Self.unauthorized.response()
        }
        return try await answered(place, request, context, work: work)
    }

    /// Handles a request that needs no access token.
    func answered(
        _ place: FaultPlace, _ request: Request, _ context: SandboxContext,
        work: () async throws -> Answer
    ) async throws -> Response {
        guard let fault = faults.take(place, where: { $0.shapesAnswers }) else {
            return try await work().response()
        }
        context.note.set(fault, at: place)
        return try await FaultyAnswer.response(
            fault, of: faults, to: request, context, work: work)
    }

    private static func bearer(_ request: Request) -> String? {
        guard let value = request.headers[.authorization],
            value.lowercased().hasPrefix("bearer ")
        else { return nil }
        return String(value.dropFirst("bearer ".count))
    }

    private static let unauthorized = Answer.refusal(
        .unauthorized, "unauthorized", "the access token is unknown or has expired",
        headers: [.wwwAuthenticate: #"Bearer error="invalid_token""#])
}

extension Request {
    /// The body, which the recorder has collected already, as JSON.
    func json() async throws -> JSONValue? {
        var request = self
        let buffer = try await request.collectBody(upTo: 1 << 20)
        return JSONValue(bytes: buffer.readableBytesView)
    }

    /// The body as a form.
    func form() async throws -> FormFields {
        var request = self
        let buffer = try await request.collectBody(upTo: 1 << 20)
        return FormFields(buffer.readableBytesView)
    }

    /// The query's fields.
    var query: FormFields { FormFields(uri.query ?? "") }
}
