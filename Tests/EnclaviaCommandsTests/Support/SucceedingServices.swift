import EnclaviaCore

/// An engine and locks that succeed; a test adds the rest.
protocol SucceedingServices: ImageEngine, EngineSession, ReferenceLocks {}

extension SucceedingServices {
    func openSession(
        for registry: String, push: PushID?
    ) async throws(EngineError) -> any EngineSession { self }
    func login(handle: String, password: Secret) async throws(EngineError) {}
    func tag(_ image: String, as reference: ImageReference) async throws(EngineError) {}
    func close() async {}

    func acquire(
        _ reference: ImageReference, for use: ReferenceUse, onWait: @Sendable () async -> Void
    ) async throws(CancellationError) -> (any ReferenceLock)? { nil }
}
