import EnclaviaCore
import EnclaviaSystem

/// Where the engine's client is found and what it is told; all that would otherwise be read from the
/// process at large.
package struct EngineSettings: Sendable {
    /// `docker`, `podman`, or a path to either (`ENCLAVIA_ENGINE`).
    package let program: String
    /// The user's environment.
    package let environment: [String: String]
    /// The user's home directory, where `.docker` lies unless `DOCKER_CONFIG` says otherwise.
    package let home: String?
    /// `XDG_RUNTIME_DIR`: the preferred place of a push's credentials, since it is in memory.
    package let runtimeDirectory: String?
    /// Where they go otherwise. It is made when missing.
    package let stateDirectory: String
    /// Whether Docker's client writes to a terminal during a push, where it tells how many bytes are sent. A client
    /// that is a script gets a pipe all the same.
    package var drawsProgress: Bool
    /// What the client's words are passed on without.
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
