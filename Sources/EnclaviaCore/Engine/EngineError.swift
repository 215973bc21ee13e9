/// What can go wrong between this program and the engine.
package enum EngineError: Error, Hashable, Sendable {
    /// The program is not on `PATH`.
    case notInstalled(program: String)
    /// The program's file exists, but cannot be run.
    case unusableProgram(path: String, ProgramFault)
    /// The program runs, but no engine responds at `endpoint`.
    case unavailable(endpoint: String, reason: String)
    /// The client could not work with its engine; `reason` is what it printed about that.
    case problem(EngineProblem, reason: String)
    /// `nearest` holds local images with similar names, the nearest first.
    case imageNotFound(image: String, nearest: [String])
    /// The registry refused the login; `output` is the tail of what the engine printed.
    case loginFailed(registry: String, output: String)
    /// The registry refused the push because it lacks a valid token (401 or `denied`).
    case denied(reference: String, output: String)
    /// The registry will never accept the push: it is too large, the tag is immutable, the name or the manifest is
    /// invalid, or the registry accepts no pushes at all.
    case rejected(reference: String, output: String)
    /// The registry could not process the login or the push just now (429, 5xx, a connection that broke).
    ///
    /// `name` is the registry or the reference, and `retryAfter` the pause that the registry requested, if any.
    case busy(name: String, output: String, retryAfter: Duration? = nil)
    /// The client failed after the engine had reported the digest of what it pushed, for example because Docker
    /// could not sign it.
    case failedAfterPush(reference: String, digest: Digest, output: String)
    /// Any other failure of a command, with its exit status and the tail of what it printed.
    case failed(command: String, status: Int32, output: String)
    /// The engine's output is invalid.
    case badOutput(command: String, detail: String)
    /// The client asked for input on the terminal, and was terminated.
    case wantsTerminal(command: String)
    /// The client wrote the credentials of a login to another configuration than the private one.
    case ignoresConfiguration(client: String, registry: String, LoginTrace)
    /// No directory can hold the private configuration; `path` is the last one that was tried.
    case noPrivateDirectory(path: String, reason: String)
    /// A private configuration could not be made, or the user's could not be read.
    case configuration(path: String, reason: String)

    /// Whether the registry itself refused the push.
    var isRefusal: Bool {
        switch self {
        case .denied, .rejected: true
        case .notInstalled, .unusableProgram, .unavailable, .problem, .imageNotFound, .loginFailed,
            .busy, .failedAfterPush, .failed, .badOutput, .wantsTerminal, .ignoresConfiguration,
            .noPrivateDirectory, .configuration:
            false
        }
    }
}

/// What is left of a login in a configuration that is not the push's own, after logging out.
package enum LoginTrace: Hashable, Sendable {
    /// The client logged out again, and no known file holds the credentials.
    case removed
    /// That file holds them.
    case left(path: String)
    /// That file holds them, in place of an entry that was there before: logging out would not bring that
    /// one back.
    case replaced(path: String)
    /// Logging out failed, or would have removed an entry of the user's; where the credentials are is unknown.
    case unknown
}
