/// A container engine on this machine, with the operations that a push needs.
package protocol ImageEngine: Sendable {
    /// What the engine reports about a local image, and the engine's own name and version.
    ///
    /// - Throws: ``EngineError/imageNotFound(image:nearest:)`` naming the local images whose names
    ///   come nearest; ``EngineError/notInstalled(program:)``; ``EngineError/unavailable(endpoint:reason:)``.
    func inspect(_ image: String) async throws(EngineError) -> EngineInspection

    /// Opens a session whose credentials are private to one push, apart from the user's own engine configuration.
    ///
    /// - Parameter push: marks the clients of the session as that push's, for ``PushClients``.
    /// - Throws: ``EngineError/configuration(path:reason:)`` where the private configuration cannot be made safely;
    ///   ``EngineError/noPrivateDirectory(path:reason:)`` where it cannot be made at all.
    func openSession(
        for registry: String, push: PushID?
    ) async throws(EngineError) -> any EngineSession
}

/// One push's session with the engine. Call ``close()`` on every exit path.
package protocol EngineSession: Sendable {
    /// Whether the user wants pushed images to be signed (`DOCKER_CONTENT_TRUST`).
    var signs: Bool { get }
    /// Logs in; the password goes through a pipe, never through an argument.
    ///
    /// - Throws: ``EngineError/ignoresConfiguration(client:registry:_:)`` where the client wrote the credentials to
    ///   another configuration than the session's own; they were removed from there as far as possible.
    func login(handle: String, password: Secret) async throws(EngineError)
    /// Tags the local image with its reference in the registry.
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
    /// Removes the credentials.
    func close() async
}

extension EngineSession {
    package var signs: Bool { false }
}

/// The engine's clients that pushes started on this machine.
package protocol PushClients: Sendable {
    /// Whether a client of the push still runs; the push itself may have crashed.
    ///
    /// - Returns: `nil` where that is unknown.
    func isRunning(_ id: PushID) -> Bool?
}
