/// What can go wrong between this program and the backend.
package enum BackendError: Error, Hashable, Sendable {
    /// There are no credentials for `backend`.
    case notLoggedIn(backend: String)
    /// The credentials belong to another backend than the one asked for.
    case wrongBackend(credentials: String, asked: String)
    /// The credentials are refused (401 after a refresh, 403). `advice` says more, where there is more.
    case unauthorized(reason: UnauthorizedReason)
    /// The thing is not there (404).
    case notFound(what: String)
    /// The request contradicts the present state (409).
    case conflict(message: String)
    /// Another refusal (4xx).
    case refused(status: Int, message: String)
    /// No answer: connection or time limit after all tries.
    case unavailable(url: String, reason: String)
    /// There is no connection that may be used.
    case unreachable(url: String, ConnectionFault)
    /// It answered 429 or 5xx after all tries.
    case failed(url: String, status: Int, message: String?)
    /// The task was cancelled before it answered.
    case cancelled(url: String)
    /// What it answered makes no sense.
    case protocolViolation(call: String, detail: String)
    /// A setting, or the credentials file, is malformed or unsafe.
    case configuration(subject: String, reason: String)

    /// Why credentials are refused.
    package enum UnauthorizedReason: Hashable, Sendable {
        /// The backend said so; nothing to refresh.
        case rejected
        /// The refresh token was refused: it was used elsewhere, or revoked.
        case refreshRefused
        /// `ENCLAVIA_TOKEN` is never refreshed.
        case environmentToken
        /// The refreshed token could not have been stored, so none was asked for.
        case refreshNotStorable(path: String, reason: String)
        /// The backend gave a refreshed token, and it could not be stored.
        case refreshNotStored(path: String, reason: String)
    }

    /// Whether the backend said nothing of the matter, so that all of it is still to be asked.
    package var isUnavailable: Bool {
        if case .unreachable = self { true } else { isTransient }
    }

    /// Whether another try at another time may succeed.
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
