/// The access to a registry during one command. The password that the backend issues is valid for minutes, and a
/// command may wait for longer.
actor RenewableAccess {
    private let backend: any Backend
    private var current: RegistryAccess
    /// The call for a new password that is under way, which all requests share.
    private var renewal: Task<Result<RegistryAccess, BackendError>, Never>?

    init(_ access: RegistryAccess, of backend: any Backend) {
        current = access
        self.backend = backend
    }

    /// Calls `body`, and once more with a new password if the registry refuses the present one.
    ///
    /// - Throws: ``RecordError/registry(_:)``, ``RecordError/backend(_:)``, ``RecordError/cancelled``.
    func request<Value: Sendable>(
        _ body: @Sendable (RegistryAccess) async throws(RegistryError) -> Value
    ) async throws(RecordError) -> Value {
        let access = current
        do throws(RegistryError) {
            return try await body(access)
        } catch {
            guard case .denied(_, status: 401) = error else { throw Self.failure(error) }
        }
        let fresh = try await renewed(after: access)
        do throws(RegistryError) {
            return try await body(fresh)
        } catch {
            throw Self.failure(error)
        }
    }

    private static func failure(_ error: RegistryError) -> RecordError {
        Task.isCancelled ? .cancelled : .registry(error)
    }

    private func renewed(after stale: RegistryAccess) async throws(RecordError) -> RegistryAccess {
        if current != stale { return current }
        let task =
            renewal
            ?? Task { [backend] in
                await result { () async throws(BackendError) in
                    try await backend.registryAccess(renewing: stale)
                }
            }
        renewal = task
        let fresh = await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
        renewal = nil
        do throws(BackendError) {
            current = try fresh.get()
            return current
        } catch {
            throw Task.isCancelled ? .cancelled : .backend(error)
        }
    }
}

extension Backend {
    /// A new password for the same registry and user: a password may only be sent to the registry that it was issued
    /// for.
    ///
    /// - Throws: ``BackendError``.
    func registryAccess(
        renewing old: RegistryAccess
    ) async throws(BackendError) -> RegistryAccess {
        let fresh = try await registryAccess()
        guard fresh.registry == old.registry, fresh.handle == old.handle else {
            throw .protocolViolation(
                call: "GET /me/registry",
                detail: "the registry or the handle changed during the command")
        }
        return fresh
    }
}
