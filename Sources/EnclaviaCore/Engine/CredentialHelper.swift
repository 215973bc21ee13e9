/// This program as a credential helper of Docker and its like.
///
/// Source: <https://github.com/docker/docker-credential-helpers>,
/// <https://docs.docker.com/reference/cli/docker/login/#credential-helpers>.
package enum CredentialHelper {
    /// How a configuration names it.
    package static let name = "enclavia"
    /// The name under which clients start it.
    package static let program = "docker-credential-enclavia"
}

/// What the user's configurations of container tools say about ``CredentialHelper``.
package struct CredentialHelperUse: Hashable, Sendable {
    /// Docker's `config.json`, whether or not it exists; `nil` where neither `DOCKER_CONFIG` nor a home directory is
    /// known.
    package let configuration: String?
    /// What Docker's configuration says.
    package let docker: CredentialHelperEntries
    /// The files of podman's and skopeo's own that name it, and what they say.
    package let containers: [ContainersEntries]
    /// Where the program is on `PATH`; `nil` where it is not.
    package let program: String?
    /// Why Docker's configuration could not be read; `nil` where it was, or there is none.
    package let fault: EngineConfigurationFault?

    package init(
        configuration: String?, docker: CredentialHelperEntries = CredentialHelperEntries(),
        containers: [ContainersEntries] = [], program: String? = nil,
        fault: EngineConfigurationFault? = nil
    ) {
        self.configuration = configuration
        self.docker = docker
        self.containers = containers
        self.program = program
        self.fault = fault
    }

    /// The file that names the helper; Docker's where both do. `nil` where none does.
    package var namingFile: String? { docker.isNamed ? configuration : containers.first?.path }

    /// Whether a configuration names it for that registry.
    package func covers(_ registry: String) -> Bool {
        docker.covers(registry) || containers.contains { $0.entries.covers(registry) }
    }

    /// The registries for which a configuration names it.
    package var registries: Set<String> {
        containers.reduce(docker.registries) { $0.union($1.entries.registries) }
    }
}

/// What a file of podman and skopeo says about ``CredentialHelper``.
///
/// Source: containers-auth.json(5).
package struct ContainersEntries: Hashable, Sendable {
    package let path: String
    package let entries: CredentialHelperEntries

    package init(path: String, entries: CredentialHelperEntries) {
        self.path = path
        self.entries = entries
    }
}

/// What one configuration says about ``CredentialHelper``.
package struct CredentialHelperEntries: Hashable, Sendable {
    /// The registries for which `credHelpers` names it.
    package let registries: Set<String>
    /// The registries for which `credHelpers` names another helper, or none.
    package let others: Set<String>
    /// Whether `credsStore` names it, for all registries that `credHelpers` does not have.
    package let isDefault: Bool

    package init(
        registries: Set<String> = [], others: Set<String> = [], isDefault: Bool = false
    ) {
        self.registries = registries
        self.others = others
        self.isDefault = isDefault
    }

    /// Whether the helper is named at all.
    package var isNamed: Bool { isDefault || !registries.isEmpty }

    /// Whether the helper is named for that registry.
    package func covers(_ registry: String) -> Bool {
        registries.contains(registry) || isDefault && !others.contains(registry)
    }
}

/// What a credential helper answered to `get`.
package enum CredentialHelperReply: Hashable, Sendable {
    /// It gave a user's name and a password, which is not kept here.
    case login(user: String)
    case failure(CredentialHelperFault)
}

/// Why a credential helper gave no credentials.
package enum CredentialHelperFault: Error, Hashable, Sendable {
    /// It failed, and printed this.
    case refused(String)
    /// It failed, and printed nothing that may be shown; `status` is 128 plus the signal's number if a signal ended
    /// it.
    case failed(status: Int32)
    /// It did not answer within this number of seconds.
    case noAnswer(seconds: Int64)
    /// What it printed has no user name or no secret.
    case incomplete
    case notInstalled
    /// The file cannot be run.
    case unusable
    /// It tried to read from the terminal.
    case wantsTerminal
    case tooMuchOutput
}
