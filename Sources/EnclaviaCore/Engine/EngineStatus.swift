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
    package let configurationFault: EngineConfigurationFault?

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

    /// The same, of an engine that answered its client.
    package func answered(by engine: EngineVersion) -> EngineStatus {
        EngineStatus(
            program: program, path: path, isPodman: isPodman || engine.name == "podman",
            endpoint: endpoint, engine: engine, unreachable: nil,
            credentialHelper: credentialHelper, configurationFault: configurationFault)
    }

    /// Whether the program is a snap's, which keeps credentials in a configuration of its own.
    package static func isSnap(_ path: String) -> Bool {
        ["/snap/", "/var/lib/snapd/snap/"].contains(where: path.hasPrefix)
    }

    package init(
        program: String, path: String?, isPodman: Bool, endpoint: String, engine: EngineVersion?,
        unreachable: String?, credentialHelper: CredentialHelper?,
        configurationFault: EngineConfigurationFault?
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

/// What the engine's client tells of itself and of its engine.
package enum EngineDiagnosis: Hashable, Sendable {
    /// The client is there, and cannot be run.
    case program(path: String, ProgramFault)
    /// The client reaches the engine, as sudo in a script does.
    case reached(EngineVersion)
    /// The client cannot work with the engine.
    case trouble(EngineTrouble, reason: String)
}
