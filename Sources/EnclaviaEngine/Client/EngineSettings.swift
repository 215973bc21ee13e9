import EnclaviaCore
import EnclaviaSystem

/// How to find and run the engine's client: all that would otherwise be read from the environment of the
/// process.
package struct EngineSettings: Sendable {
    /// `docker`, `podman`, or a path to either (`ENCLAVIA_ENGINE`).
    package let program: String
    /// The user's environment.
    package let environment: [String: String]
    /// The user's home directory, which contains `.docker` unless `DOCKER_CONFIG` is set.
    package let home: String?
    /// `XDG_RUNTIME_DIR`: the preferred directory for a push's credentials, since it is in memory.
    package let runtimeDirectory: String?
    /// The fallback directory for a push's credentials. It is created if missing.
    package let stateDirectory: String
    /// Whether Docker's client gets a terminal during a push, on which it prints how many bytes it has sent. A
    /// client that is a script always gets a pipe.
    package var drawsProgress: Bool
    /// Removed from the client's output.
    package let secrets: SecretScrubber

    package init(
        program: String = "docker", environment: [String: String], home: String?,
        runtimeDirectory: String?, stateDirectory: String,
        drawsProgress: Bool = false, secrets: SecretScrubber = SecretScrubber()
    ) {
        self.drawsProgress = drawsProgress
        self.secrets = secrets
        self.program = program
        self.environment = environment
        self.home = home
        self.runtimeDirectory = runtimeDirectory
        self.stateDirectory = stateDirectory
    }

    /// The environment of the children.
    var childEnvironment: [String: String] { ChildEnvironment.of(environment) }
}
