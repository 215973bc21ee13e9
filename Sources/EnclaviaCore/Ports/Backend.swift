/// The Enclavia backend. Every call handles the credentials itself: after a 401 it refreshes them and retries once.
package protocol Backend: Sendable {
    /// The backend's URL, without a trailing slash.
    var url: String { get }

    /// The caller's registry, namespace and a password for it (`GET /me/registry`).
    func registryAccess() async throws(BackendError) -> RegistryAccess

    /// Notifies the backend of a push (`POST /me/registry/push-notify`). Nothing is sent to another backend than that
    /// of the push, as after a login in the meantime: the error is ``BackendError/configuration(subject:reason:)``.
    func notify(_ notification: PushNotification) async -> NotifyReply
}

/// The caller's enclaves at the backend.
///
/// Each call throws ``BackendError``; an id that the backend does not know is ``BackendError/notFound(what:)``.
package protocol Enclaves: Sendable {
    /// The caller's enclaves, in the backend's order; with `archived`, the destroyed ones too.
    func list(archived: Bool) async throws(BackendError) -> [Enclave]
    /// Creates an enclave, which then waits for its image.
    func create(_ request: EnclaveRequest) async throws(BackendError) -> Enclave
    /// One enclave, by its full id.
    func get(_ id: String) async throws(BackendError) -> Enclave
    func logs(_ id: String) async throws(BackendError) -> EnclaveLogs
    func stop(_ id: String) async throws(BackendError)
    func start(_ id: String) async throws(BackendError)
    func restart(_ id: String) async throws(BackendError)
    func destroy(_ id: String) async throws(BackendError)
}

/// Compares the backend's clock with this machine's.
package protocol ClockProbe: Sendable {
    /// How far the backend's clock is ahead of this machine's, in milliseconds, accurate to about a second (the
    /// resolution of HTTP's `Date`); `nil` where the response has no valid `Date`.
    func clockOffset() async throws(BackendError) -> Int64?
}
