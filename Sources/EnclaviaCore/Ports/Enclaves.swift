/// The caller's enclaves, in the backend's keeping.
///
/// Each call throws ``BackendError``; an id that the backend does not know is ``BackendError/notFound(what:)``.
package protocol Enclaves: Sendable {
    /// The caller's enclaves, in the backend's order; with `archived`, the destroyed ones too.
    func list(archived: Bool) async throws(BackendError) -> [Enclave]
    /// Makes an enclave, which then waits for its image.
    func create(_ request: EnclaveRequest) async throws(BackendError) -> Enclave
    /// One enclave, by its full id.
    func get(_ id: String) async throws(BackendError) -> Enclave
    func logs(_ id: String) async throws(BackendError) -> EnclaveLogs
    func stop(_ id: String) async throws(BackendError)
    func start(_ id: String) async throws(BackendError)
    func restart(_ id: String) async throws(BackendError)
    func destroy(_ id: String) async throws(BackendError)
}
