/// A container engine on this machine, in the words of a push.
package protocol ImageEngine: Sendable {
    /// What the engine says of a local image, and the engine's own name and version.
    ///
    /// - Throws: ``EngineError/imageNotFound(image:nearest:)`` naming up to three local images whose
    ///   names come nearest; ``EngineError/notInstalled(program:)``; ``EngineError/unavailable(endpoint:reason:)``.
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

/// What the engine knows of a local image.
package struct EngineInspection: Hashable, Sendable {
    package let image: LocalImage
    /// How the engine identifies the image.
    package let store: ImageStore
    package let engine: EngineVersion
    /// The unpacked size in bytes, where the engine gives one.
    package let sizeBytes: Int64?

    package init(
        image: LocalImage, store: ImageStore, engine: EngineVersion, sizeBytes: Int64?
    ) {
        self.image = image
        self.store = store
        self.engine = engine
        self.sizeBytes = sizeBytes
    }
}

/// A piece of what the engine prints during a push.
package enum EngineOutput: Hashable, Sendable {
    /// A line of the engine's, as printed, without its newline.
    case line(String)
    /// How many layers are done, and of how many.
    case layers(done: Int, total: Int)
}

/// What can go wrong between this program and the engine.
package enum EngineError: Error, Hashable, Sendable {
    /// The program is not on `PATH`.
    case notInstalled(program: String)
    /// There is such a file, and it cannot be run.
    case unusableProgram(path: String, ProgramFault)
    /// The program runs, but no engine answers at `endpoint`.
    case unavailable(endpoint: String, reason: String)
    /// The client could not work with its engine; `reason` is what it printed of that.
    case trouble(EngineTrouble, reason: String)
    /// `nearest` holds up to three local images with similar names.
    case imageNotFound(image: String, nearest: [String])
    /// The registry refused the login; `output` is the tail of what the engine printed.
    case loginFailed(registry: String, output: String)
    /// The registry refused the push for want of a valid token (401 or `denied`).
    case denied(reference: String, output: String)
    /// The registry will not take the push at any time: too large, an immutable tag, an invalid name or
    /// manifest, no pushes at all.
    case rejected(reference: String, output: String)
    /// The registry could not take the login or the push just now (429, 5xx, a connection that broke).
    ///
    /// `name` is the registry or the reference, and `retryAfter` the pause that it asked for, where it did.
    case busy(name: String, output: String, retryAfter: Duration? = nil)
    /// The client failed after the engine had reported the digest of what it pushed, as where Docker cannot
    /// sign it.
    case failedAfterPush(reference: String, digest: Digest, output: String)
    /// Any other failure of a command, with its exit status and the tail of what it printed.
    case failed(command: String, status: Int32, output: String)
    /// What the engine printed makes no sense.
    case badOutput(command: String, detail: String)
    /// The client asked for something on the terminal, and was ended.
    case wantsTerminal(command: String)
    /// The client has put the credentials of a login into another configuration than the private one.
    case ignoresConfiguration(client: String, registry: String, LoginTrace)
    /// No directory takes the private configuration; `path` is the last one that was tried.
    case noPrivateDirectory(path: String, reason: String)
    /// A private configuration could not be made, or the user's could not be read.
    case configuration(path: String, reason: String)
}
