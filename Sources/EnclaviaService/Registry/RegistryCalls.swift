import EnclaviaCore
import EnclaviaSystem
import NIOHTTP1

/// Sends requests to a registry, or to its token service, each at most three times.
struct RegistryCalls: Sendable {
    static let tries = 3
    static let oneTry = Duration.seconds(10)

    let registry: String
    let transport: Transport
    let system: any SystemEnvironment

    /// The response, of any status. Retries on 429, 5xx and transient connection errors, and follows redirects
    /// within the origin.
    func response(
        _ call: HTTPCall, until deadline: Deadline
    ) async throws(RegistryError) -> HTTPResponse {
        var call = call
        var redirections = 0
        while true {
            let response = try await finalAnswer(call, until: deadline)
            guard redirections < Redirection.limit, let next = Redirection.follow(call, response)
            else { return response }
            call = next
            redirections += 1
        }
    }

    private func finalAnswer(
        _ call: HTTPCall, until deadline: Deadline
    ) async throws(RegistryError) -> HTTPResponse {
        var tries = 1
        while true {
            let outcome = await transport.outcome(
                call, within: deadline.remaining.capped(at: Self.oneTry))
            guard tries < Self.tries,
                let pause = BackOff.pause(after: outcome, tries: tries, system),
                pause < deadline.remaining, (try? await Task.sleep(for: pause)) != nil
            else {
                do {
                    return try outcome.get()
                } catch {
                    throw RegistryError(error, registry: registry)
                }
            }
            tries += 1
        }
    }
}

extension RegistryError {
    init(_ error: TransportError, registry: String) {
        switch error {
        case .cancelled:
            self = .cancelled
        case .timedOut, .connection:
            self = .unavailable(registry: registry, reason: error.reason)
        case .unreachable(let fault):
            self = .unreachable(registry: registry, fault)
        case .configuration(let subject, let reason):
            self = .configuration(subject: subject, reason: reason)
        case .tooLarge, .malformed:
            self = .protocolViolation(registry: registry, detail: error.reason)
        }
    }

    /// The error for a response that is not a success.
    ///
    /// - Parameter secrets: removed from the response's message.
    init(_ response: HTTPResponse, without secrets: SecretScrubber, registry: String) {
        let message = ResponseMessage.text(response, without: secrets)
        self =
            switch response.status {
            case 400..<500 where response.isProxyPage:
                .protocolViolation(registry: registry, detail: ResponseMessage.webPage(response))
            case 401, 403: .denied(registry: registry, status: response.status)
            case 300..<400:
                .protocolViolation(registry: registry, detail: ResponseMessage.redirect(response))
            case 429, 500...:
                .failed(registry: registry, status: response.status, message: message)
            case 400..<500:
                .refused(
                    registry: registry, status: response.status,
                    message: message ?? "no reason given")
            default:
                .protocolViolation(
                    registry: registry, detail: "unexpected status \(response.status)")
            }
    }
}

extension RegistryError {
    /// Whether a server that expects TLS may have caused this error of a plain http request.
    var mayBeTLS: Bool {
        switch self {
        case .unavailable, .protocolViolation, .unreachable: true
        case .cancelled, .failed, .denied, .refused, .digestMismatch, .missing, .configuration:
            false
        }
    }
}
