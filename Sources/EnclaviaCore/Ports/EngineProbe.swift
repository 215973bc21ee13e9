/// Looks at the container engine and its client, and changes nothing.
package protocol EngineProbe: Sendable {
    func status() async -> EngineStatus
    /// The paths of the private configurations that killed pushes left behind, with their credentials.
    func leftovers() -> [String]
}

/// The state of the engine and its client on this machine, for a person who wonders.
package struct EngineStatus: Hashable, Sendable {
    /// The program as configured.
    package let program: String
    /// Where it was found; `nil` where it was not.
    package let path: String?
    /// Whether its command line is podman's, under whatever name.
    package let isPodman: Bool
    /// Where the engine is looked for.
    package let endpoint: String
    /// The engine that answered; `nil` where none did.
    package let engine: EngineVersion?
    /// Why none did, in the words of the attempt.
    package let unreachable: String?
    /// The credential helper that the user's own configuration names. Pushes never use it.
    package let credentialHelper: CredentialHelper?
    /// Why the user's own configuration cannot be used; `nil` where it can, or there is none.
    package let configurationFault: String?

    /// A program that keeps credentials for the Docker client.
    package struct CredentialHelper: Hashable, Sendable {
        /// `docker-credential-…`.
        package let program: String
        /// Where it was found; `nil` where it was not, so that the user's own `docker login` fails.
        package let path: String?

        package init(program: String, path: String?) {
            self.program = program
            self.path = path
        }
    }

    package init(
        program: String, path: String?, isPodman: Bool, endpoint: String, engine: EngineVersion?,
        unreachable: String?, credentialHelper: CredentialHelper?, configurationFault: String?
    ) {
        self.program = program
        self.path = path
        self.isPodman = isPodman
        self.endpoint = endpoint
        self.engine = engine
        self.unreachable = unreachable
        self.credentialHelper = credentialHelper
        self.configurationFault = configurationFault
    }
}
