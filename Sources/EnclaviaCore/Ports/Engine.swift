/// A container engine on this machine, in the words of a push.
package protocol ImageEngine: Sendable {
    /// What the engine says of a local image, and the engine's own name and version.
    ///
    /// - Throws: ``EngineError/imageNotFound(image:nearest:)`` naming the local images whose names
    ///   come nearest; ``EngineError/notInstalled(program:)``; ``EngineError/unavailable(endpoint:reason:)``.
    func inspect(_ image: String) async throws(EngineError) -> EngineInspection

    /// A place for the credentials of one push, which the user's own engine configuration never sees.
    ///
    /// - Parameter push: marks the clients of the session as that push's, for ``PushClients``.
    /// - Throws: ``EngineError/configuration(path:reason:)`` where it cannot be made safely;
    ///   ``EngineError/noPrivateDirectory(path:reason:)`` where it cannot be made at all.
    func openSession(
        for registry: String, push: PushID?
    ) async throws(EngineError) -> any EngineSession
}

/// One push's private conversation with the engine. ``close()`` must be called on every way out.
package protocol EngineSession: Sendable {
    /// Whether the user wants what is pushed to be signed (`DOCKER_CONTENT_TRUST`).
    var signs: Bool { get }
    /// Logs in; the password goes through a pipe, never through an argument.
    ///
    /// - Throws: ``EngineError/ignoresConfiguration(client:registry:_:)`` where the credentials have gone to
    ///   another configuration than the session's own; they were removed from there as far as possible.
    func login(handle: String, password: Secret) async throws(EngineError)
    /// Gives the local image its name in the registry.
    ///
    /// - Parameter image: the engine's id; a name may point to another image by now.
    /// - Throws: ``EngineError/imageNotFound(image:nearest:)`` where it was removed meanwhile.
    func tag(_ image: String, as reference: ImageReference) async throws(EngineError)
    /// Pushes, handing each line that the engine prints to `output` as it comes.
    ///
    /// - Parameter image: the engine's id. Podman pushes this image; Docker pushes whichever has the name
    ///   `reference` when the push begins.
    /// - Returns: the digest that the engine reported; `nil` where it reported none.
    /// - Throws: ``EngineError/failedAfterPush(reference:digest:output:)`` where it failed after that report.
    func push(
        _ image: String, as reference: ImageReference,
        output: @escaping @Sendable (EngineOutput) -> Void
    ) async throws(EngineError) -> Digest?
    /// Takes the credentials away again.
    func close() async
}

extension EngineSession {
    package var signs: Bool { false }
}

/// The engine's clients that pushes started on this machine.
package protocol PushClients: Sendable {
    /// Whether a client of the push still runs, though the push may have died.
    ///
    /// - Returns: `nil` where that cannot be told.
    func isRunning(_ id: PushID) -> Bool?
}
