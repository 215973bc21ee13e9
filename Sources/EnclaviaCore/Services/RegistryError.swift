/// What can go wrong between this program and the registry.
package enum RegistryError: Error, Hashable, Sendable {
    /// No response: every attempt failed to connect or timed out.
    case unavailable(registry: String, reason: String)
    /// No usable connection to the registry or to its token service could be made.
    case unreachable(registry: String, ConnectionFault)
    /// The last attempt, too, got the response 429 or 5xx.
    case failed(registry: String, status: Int, message: String?)
    /// It does not show the manifest with that digest, and may show it later.
    case missing(registry: String, digest: Digest)
    /// The task was cancelled before the response arrived.
    case cancelled
    /// The token service or the registry refused the credentials (401, 403).
    case denied(registry: String, status: Int)
    /// Another refusal.
    case refused(registry: String, status: Int, message: String)
    /// The response is invalid.
    case protocolViolation(registry: String, detail: String)
    /// A network setting is malformed.
    case configuration(subject: String, reason: String)
    /// The bytes that it holds under the digest have another digest.
    case digestMismatch(expected: Digest, actual: Digest)

    /// Whether the registry gave no usable response, and would give none to another request, either.
    package var isUnavailable: Bool {
        switch self {
        case .unreachable, .configuration: true
        case .unavailable, .failed, .missing, .cancelled, .denied, .refused, .protocolViolation,
            .digestMismatch:
            isTransient
        }
    }

    /// Whether another request would fail now, too, and may succeed later.
    package var isTransient: Bool {
        switch self {
        case .unavailable, .failed, .cancelled: true
        case .unreachable(_, let fault): fault.isTransient
        case .missing, .denied, .refused, .protocolViolation, .digestMismatch, .configuration:
            false
        }
    }
}
