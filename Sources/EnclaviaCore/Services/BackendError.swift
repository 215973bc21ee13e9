/// What can go wrong between this program and the backend.
package enum BackendError: Error, Hashable, Sendable {
    /// There are no credentials for `backend`.
    case notLoggedIn(backend: String)
    /// The credentials belong to another backend than the requested one.
    case wrongBackend(credentials: String, asked: String)
    /// The credentials are refused (401 after a refresh, 403).
    case unauthorized(reason: UnauthorizedReason)
    /// The requested resource does not exist (404).
    case notFound(what: String)
    /// The request conflicts with the current state (409).
    case conflict(message: String)
    /// Another refusal (4xx).
    case refused(status: Int, message: String)
    /// No response: every attempt failed to connect or timed out.
    case unavailable(url: String, reason: String)
    /// No usable connection could be made.
    case unreachable(url: String, ConnectionFault)
    /// The last attempt, too, got the response 429 or 5xx.
    case failed(url: String, status: Int, message: String?)
    /// The task was cancelled before the response arrived.
    case cancelled(url: String)
    /// The response is invalid.
    case protocolViolation(call: String, detail: String)
    /// A setting, or the credentials file, is malformed or unsafe.
    case configuration(subject: String, reason: String)

    /// Why credentials are refused.
    package enum UnauthorizedReason: Hashable, Sendable {
        /// The backend rejected them, and there is nothing to refresh.
        case rejected
        /// The refresh token was refused: it was used elsewhere, or revoked.
        case refreshRefused
        /// `ENCLAVIA_TOKEN` is never refreshed.
        case environmentToken
        /// A refreshed token could not have been stored, so none was requested.
        case refreshNotStorable(path: String, reason: String)
        /// The backend issued a refreshed token, which could not be stored.
        case refreshNotStored(path: String, reason: String)
    }

    /// Whether the backend gave no final answer to the request, which is therefore still to be sent.
    package var isUnavailable: Bool {
        if case .unreachable = self { true } else { isTransient }
    }

    /// Whether the same request may succeed later.
    package var isTransient: Bool {
        switch self {
        case .unavailable, .failed, .cancelled: true
        case .unreachable(_, let fault): fault.isTransient
        case .notLoggedIn, .wrongBackend, .unauthorized, .notFound, .conflict, .refused,
            .protocolViolation, .configuration:
            false
        }
    }
}
