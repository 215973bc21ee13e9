/// The settings of a sandbox.
package struct SandboxSettings: Sendable {
    /// Which docker engine the sandbox uses.
    package enum EngineChoice: Sendable {
        /// A running engine, else a private one.
        case existingOrPrivate
        case privateOnly
        case none
    }

    /// The content of the credentials file.
    package enum Credentials: String, CaseIterable, Sendable {
        /// Access and refresh token.
        case rotating
        /// A long-lived token.
        case token
        /// There is no file.
        case none
    }

    package var handle = "alice"
    package var engine = EngineChoice.existingOrPrivate
    package var credentials = Credentials.rotating
    /// Whether there is a PostgreSQL server with a shared history.
    package var hasDatabase = false
    package var buildTime = Duration.seconds(2)
    /// The lifetime of an access token, in seconds.
    package var accessLifetime = 3600
    /// The lifetime of a registry password, in seconds.
    package var passwordLifetime = 300
    package var faults: [FaultOrder] = []
    /// The directory in which the sandbox makes its own; nil is TMPDIR or /tmp.
    package var root: String?
    /// Ports; 0 for any free port.
    package var backendPort = 0
    package var registryPort = 0

    package init() {}
}
