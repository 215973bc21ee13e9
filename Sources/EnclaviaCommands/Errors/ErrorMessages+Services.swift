import EnclaviaCore

// The messages about the backend and the registry.

extension ErrorMessages {
    package static func explain(_ error: BackendError) -> UserError {
        switch error {
        case .notLoggedIn(let backend):
            UserError(
                .notLoggedIn,
                "not logged in to \(backend.printable): run `enclavia auth login`, or set"
                    + " ENCLAVIA_TOKEN")
        case .wrongBackend(let credentials, let asked):
            UserError(
                .unauthorized,
                "your credentials are for \(credentials.printable), and ENCLAVIA_BACKEND_URL names"
                    + " \(asked.printable): unset it, or log in there with `enclavia auth login`")
        case .unauthorized(let reason):
            unauthorized(reason)
        case .notFound(let what):
            UserError(.notFound, "the backend has no \(what.printable)")
        case .conflict(let message):
            UserError(.conflict, "the backend refused (409): \(message.printable)")
        case .refused(let status, let message):
            UserError(.refused, "the backend refused (\(status)): \(message.printable)")
        case .unavailable(let url, let reason):
            UserError(
                .backendUnavailable,
                "the backend at \(url.printable) does not respond: \(reason.printable)",
                hint: "check the network and ENCLAVIA_BACKEND_URL, then try again")
        case .unreachable(let url, let fault):
            explain(fault, .backendUnavailable, "the backend at \(url.printable)")
        case .failed(let url, let status, let message):
            UserError(
                .backendUnavailable,
                "the backend at \(url.printable) failed: \(response(status, message))", hint: later)
        case .cancelled(let url):
            UserError(
                .cancelled, "cancelled before the backend at \(url.printable) responded")
        case .protocolViolation(let call, let detail):
            UserError(
                .protocolViolation,
                "the backend sent an invalid response to \(call.printable): \(detail.printable)")
        case .configuration(let subject, let reason):
            UserError(.config, "\(subject.printable): \(reason.printable)")
        }
    }

    package static func explain(_ error: RegistryError) -> UserError {
        switch error {
        case .unavailable(let registry, let reason):
            UserError(
                .registryUnavailable,
                "the registry \(registry.printable) does not respond: \(reason.printable)",
                hint: "check the network, then try again")
        case .unreachable(let registry, let fault):
            explain(fault, .registryUnavailable, "the registry \(registry.printable)")
        case .configuration(let subject, let reason):
            UserError(.config, "\(subject.printable): \(reason.printable)")
        case .failed(let registry, let status, let message):
            UserError(
                .registryUnavailable,
                "the registry \(registry.printable) failed: \(response(status, message))",
                hint: later
            )
        case .missing(let registry, let digest):
            UserError(
                .registryUnavailable, "the registry \(registry.printable) does not have \(digest)")
        case .cancelled:
            UserError(.cancelled, "cancelled before the registry responded")
        case .denied(let registry, let status):
            UserError(
                .refused,
                "the registry \(registry.printable) refused your credentials (\(status)): run"
                    + " `enclavia auth login` to re-authenticate")
        case .refused(let registry, let status, let message):
            UserError(
                .refused,
                "the registry \(registry.printable) refused (\(status)): \(message.printable)")
        case .protocolViolation(let registry, let detail):
            UserError(
                .protocolViolation,
                "the registry \(registry.printable) sent an invalid response: \(detail.printable)")
        case .digestMismatch(let expected, let actual):
            UserError(
                .digestMismatch, "the registry returned \(actual) for the digest \(expected)")
        }
    }

    /// The hint for a service that responds with 429 or 5xx.
    private static let later = "the problem is on its side: try again later"

    /// `HTTP 503: out of order`.
    static func response(_ status: Int, _ message: String?) -> String {
        "HTTP \(status)" + (message.map { ": \($0.printable)" } ?? "")
    }

    /// The warning about a credentials file that others can read; the file is used all the same.
    static func credentialsReadable(_ path: String) -> String {
        "\(path.printable) can be read by other users: run `chmod 600 \(path.printable)`"
    }

    private static func unauthorized(_ reason: BackendError.UnauthorizedReason) -> UserError {
        let sentence = "unauthorized: run `enclavia auth login` to re-authenticate"
        return switch reason {
        case .rejected:
            UserError(.unauthorized, sentence)
        case .refreshRefused:
            UserError(
                .unauthorized, sentence,
                hint: "the refresh token was refused: credentials that rotate work in one place"
                    + " only; for other machines use ENCLAVIA_TOKEN or a {\"token\"} file")
        case .environmentToken:
            UserError(
                .unauthorized,
                "unauthorized: the token in ENCLAVIA_TOKEN was refused, and it is never refreshed: set another one"
            )
        case .refreshNotStorable(let path, let reason):
            UserError(
                .unauthorized,
                "unauthorized: the access token has expired and was not refreshed, because the new"
                    + " one could not be stored at \(path.printable) (\(reason.printable)): make it"
                    + " writable, or use a long-lived token, in ENCLAVIA_TOKEN or a {\"token\"} file"
            )
        case .refreshNotStored(let path, let reason):
            UserError(
                .unauthorized,
                "unauthorized: the backend issued a new token, but it could not be stored at"
                    + " \(path.printable) (\(reason.printable)): make it writable and try again, or run"
                    + " `enclavia auth login`")
        }
    }
}
