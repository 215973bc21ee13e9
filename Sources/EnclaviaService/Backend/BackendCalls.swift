import EnclaviaCore
import EnclaviaSystem
import FoundationEssentials
import NIOHTTP1

/// A request to the backend's API.
struct BackendRequest: Sendable {
    let method: HTTPMethod
    /// From the first slash on, with its query.
    let target: String
    var body: [UInt8]?
    var headers: HTTPHeaders = [:]
    /// The only backend that the request may go to; `nil` for the current one.
    var backend: String?
    /// What the request is about, which the error names after a 404.
    var subject: String?
    var limits = Limits()

    /// The timeouts, and the number of attempts.
    struct Limits: Sendable {
        /// For all attempts together, with the pauses between them.
        var whole = Duration.seconds(30)
        var oneTry = Duration.seconds(30)
        /// The most attempts on connection errors, 429 and 5xx. More than 1 only for requests that may be
        /// repeated.
        var tries = 1
    }

    init(_ method: HTTPMethod, _ target: String) {
        self.method = method
        self.target = target
    }

    /// `GET /me/registry`, without the query.
    var name: String { "\(method.rawValue) \(target.prefix { $0 != "?" })" }
}

/// Calls the backend with the user's access token. After a 401 it refreshes the token and retries once; on
/// transient connection errors, 429 and 5xx it retries as often as the request allows.
struct BackendCalls: Sendable {
    let tokens: AccessTokens

    var system: any SystemEnvironment { tokens.system }

    /// The response to `request`, which is a success (2xx), and the access token that authorized it.
    func response(
        _ request: BackendRequest
    ) async throws(BackendError) -> (response: HTTPResponse, token: Secret) {
        var attempts = 0
        return try await response(request, attempts: &attempts)
    }

    /// - Parameter attempts: incremented for each request that is sent, also for one that fails.
    func response(
        _ request: BackendRequest, attempts: inout Int
    ) async throws(BackendError) -> (response: HTTPResponse, token: Secret) {
        let deadline = Deadline(after: request.limits.whole)
        var (backend, token) = try await tokens.current(until: deadline)
        if let asked = request.backend, asked != backend.description {
            throw .configuration(
                subject: tokens.file.path.string,
                reason: "the credentials are for \(backend) now, and the push was made for \(asked)"
            )
        }
        var isRenewed = false
        var tries = 1
        while true {
            attempts += 1
            let outcome = await send(request, backend, token, until: deadline)
            if case .success(let response) = outcome, response.status == 401, !isRenewed {
                token = try await tokens.renewed(after: token, until: deadline)
                isRenewed = true
                continue
            }
            guard tries < request.limits.tries,
                let pause = BackOff.pause(after: outcome, tries: tries, system),
                pause < deadline.remaining, (try? await Task.sleep(for: pause)) != nil
            else {
                return (try accepted(outcome, request, backend), token)
            }
            tries += 1
        }
    }

    private func send(
        _ request: BackendRequest, _ backend: ServiceURL, _ token: Secret,
        until deadline: Deadline
    ) async -> Result<HTTPResponse, TransportError> {
        var call = HTTPCall(
            request.method, backend, request.target, headers: request.headers, body: request.body)
        call.headers.replaceOrAdd(name: "Authorization", value: "Bearer \(token.reveal())")
        call.headers.replaceOrAdd(name: "Accept", value: "application/json")
        if call.body != nil {
            call.headers.replaceOrAdd(name: "Content-Type", value: "application/json")
        }
        return await tokens.transport.outcome(
            call, within: deadline.remaining.capped(at: request.limits.oneTry))
    }

    private func accepted(
        _ outcome: Result<HTTPResponse, TransportError>, _ request: BackendRequest,
        _ backend: ServiceURL
    ) throws(BackendError) -> HTTPResponse {
        let response: HTTPResponse
        do {
            response = try outcome.get()
        } catch {
            throw BackendError(error, call: request.name, backend: backend)
        }
        guard !(200..<300).contains(response.status) else { return response }
        throw BackendRefusal(
            response, without: tokens.transport.secrets, call: request.name, backend: backend,
            what: request.subject
        ).error
    }
}
