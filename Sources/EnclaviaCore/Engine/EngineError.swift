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
    /// `nearest` holds local images with similar names, the nearest first.
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

    /// Whether the registry itself has said no to a push.
    var isRefusal: Bool {
        switch self {
        case .denied, .rejected: true
        case .notInstalled, .unusableProgram, .unavailable, .trouble, .imageNotFound, .loginFailed,
            .busy, .failedAfterPush, .failed, .badOutput, .wantsTerminal, .ignoresConfiguration,
            .noPrivateDirectory, .configuration:
            false
        }
    }
}

/// What a login has left in a configuration that is not the push's own, once it was undone.
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
