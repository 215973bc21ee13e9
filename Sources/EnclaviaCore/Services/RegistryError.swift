/// What can go wrong between this program and the registry.
package enum RegistryError: Error, Hashable, Sendable {
    /// No answer: connection or time limit after all tries.
    case unavailable(registry: String, reason: String)
    /// There is no connection that may be used, to the registry or to its token service.
    case unreachable(registry: String, ConnectionFault)
    /// It answered 429 or 5xx after all tries.
    case failed(registry: String, status: Int, message: String?)
    /// It does not show the manifest with that digest; it may do so later.
    case missing(registry: String, digest: Digest)
    /// The task was cancelled before it answered.
    case cancelled
    /// The token service or the registry refused the credentials (401, 403).
    case denied(registry: String, status: Int)
    /// Another refusal.
    case refused(registry: String, status: Int, message: String)
    /// What it answered makes no sense.
    case protocolViolation(registry: String, detail: String)
    /// A setting of the network is malformed.
    case configuration(subject: String, reason: String)
    /// It holds other bytes under the digest than the digest says.
    case digestMismatch(expected: Digest, actual: Digest)

    /// Whether the registry said nothing, and would say nothing to another question, either.
    package var isUnavailable: Bool {
        switch self {
        case .unreachable, .configuration: true
        case .unavailable, .failed, .missing, .cancelled, .denied, .refused, .protocolViolation,
            .digestMismatch:
            isTransient
        }
    }

    /// Whether another question would go no better now, and may do so at another time.
    package var isTransient: Bool {
        switch self {
        case .unavailable, .failed, .cancelled: true
        case .unreachable(_, let fault): fault.isTransient
        case .missing, .denied, .refused, .protocolViolation, .digestMismatch, .configuration:
            false
        }
    }
}
