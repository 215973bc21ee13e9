/// The state of the engine and its client on this machine, for `doctor`.
package struct EngineStatus: Hashable, Sendable {
    /// The program as configured.
    package let program: String
    /// Where it was found; `nil` where it was not.
    package let path: String?
    /// Whether its command line is podman's, under whatever name.
    package let isPodman: Bool
    /// The endpoint at which the engine is expected.
    package let endpoint: String
    /// The engine that responded; `nil` where none did.
    package let engine: EngineVersion?
    /// Why none responded: the error of the attempt.
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

    /// The same status, with an engine that responded to its client.
    package func answered(by engine: EngineVersion) -> EngineStatus {
        EngineStatus(
            program: program, path: path, isPodman: isPodman || engine.name == "podman",
            endpoint: endpoint, engine: engine, unreachable: nil,
            credentialHelper: credentialHelper, configurationFault: configurationFault)
    }

    /// Whether the program belongs to a snap, which keeps credentials in its own configuration.
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

/// What the engine's client reports about itself and its engine.
package enum EngineDiagnosis: Hashable, Sendable {
    /// The client exists, but cannot be run.
    case program(path: String, ProgramFault)
    /// The client reaches the engine though this program does not, such as a script that calls sudo.
    case reached(EngineVersion)
    /// The client cannot work with the engine.
    case problem(EngineProblem, reason: String)
}
