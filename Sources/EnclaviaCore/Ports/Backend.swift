/// The Enclavia backend, in the words of its users. Every call takes care of credentials by itself:
/// one refresh and one more try after a 401.
package protocol Backend: Sendable {
    /// The backend's URL, without a trailing slash.
    var url: String { get }

    /// The caller's registry, namespace and a password for it (`GET /me/registry`).
    func registryAccess() async throws(BackendError) -> RegistryAccess

    /// Tells the backend of a push (`POST /me/registry/push-notify`).
    func notify(_ notification: PushNotification) async -> NotifyReply
}

/// What the backend is told of a push.
package struct PushNotification: Hashable, Sendable {
    package let reference: ImageReference
    package let digest: Digest
    package let pushID: PushID
    /// `<push id>`, or `<push id>/<n>` when a person asks again.
    package let idempotencyKey: String
    /// The longest that all tries together may take, in milliseconds; `nil` for the usual three tries.
    package let limitMilliseconds: Int64?

    package init(
        reference: ImageReference, digest: Digest, pushID: PushID, idempotencyKey: String,
        limitMilliseconds: Int64? = nil
    ) {
        self.reference = reference
        self.digest = digest
        self.pushID = pushID
        self.idempotencyKey = idempotencyKey
        self.limitMilliseconds = limitMilliseconds
    }

    /// Sent where the repository is itself a UUID: newer backends keep one repository an enclave.
    package var enclaveID: String? {
        let bytes = Array(reference.repository.utf8)
        guard bytes.count == 36 else { return nil }
        for (index, byte) in bytes.enumerated() {
            let isDash = index == 8 || index == 13 || index == 18 || index == 23
            guard isDash ? byte == UInt8(ascii: "-") : Grammar.isLowerHex(byte) else { return nil }
        }
        return reference.repository
    }
}

/// How a notification went, and how many requests it took.
package struct NotifyReply: Sendable {
    package let result: Result<NotifyAnswer, BackendError>
    /// Requests that were sent.
    package let attempts: Int

    package init(result: Result<NotifyAnswer, BackendError>, attempts: Int) {
        self.result = result
        self.attempts = attempts
    }
}

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
    package var isSilence: Bool {
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
