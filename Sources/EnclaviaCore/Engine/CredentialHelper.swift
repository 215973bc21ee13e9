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

/// What the user's Docker configuration says about ``CredentialHelper``.
package struct CredentialHelperUse: Hashable, Sendable {
    /// `config.json`, whether or not it exists; `nil` where neither `DOCKER_CONFIG` nor a home directory is known.
    package let configuration: String?
    /// The registries for which `credHelpers` names it.
    package let registries: Set<String>
    /// Whether `credsStore` names it, for all registries that `credHelpers` does not have.
    package let isDefault: Bool
    /// Where the program is on `PATH`; `nil` where it is not.
    package let program: String?
    /// Why the configuration could not be read; `nil` where it was, or there is none.
    package let fault: EngineConfigurationFault?

    package init(
        configuration: String?, registries: Set<String> = [], isDefault: Bool = false,
        program: String? = nil, fault: EngineConfigurationFault? = nil
    ) {
        self.configuration = configuration
        self.registries = registries
        self.isDefault = isDefault
        self.program = program
        self.fault = fault
    }

    /// Whether the configuration names it at all.
    package var isNamed: Bool { isDefault || !registries.isEmpty }

    /// Whether the configuration names it for that registry.
    package func covers(_ registry: String) -> Bool { isDefault || registries.contains(registry) }
}

/// What a credential helper answered to `get`.
package enum CredentialHelperReply: Hashable, Sendable {
    /// It gave a user's name and a password, which is not kept here.
    case login(user: String)
    /// It gave none; `reason` is what it printed.
    case refused(reason: String)
}
