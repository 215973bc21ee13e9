/// What can be chosen about a sandbox.
package struct SandboxSettings: Sendable {
    /// Which docker engine the sandbox uses.
    package enum EngineChoice: Sendable {
        /// The one that answers, else a private one.
        case existingOrPrivate
        case privateOnly
        case none
    }

    /// What the credentials file holds.
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
    package var buildTime = Duration.seconds(2)
    /// Seconds an access token lives.
    package var accessLifetime = 3600
    /// Seconds a registry password lives.
    package var passwordLifetime = 300
    package var faults: [FaultOrder] = []
    /// The directory in which the sandbox makes its own; nil is TMPDIR or /tmp.
    package var root: String?
    /// Ports; 0 is any that is free.
    package var backendPort = 0
    package var registryPort = 0

    package init() {}
}
