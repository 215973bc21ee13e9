import ArgumentParser
import EnclaviaCore

struct AuthDocker: EnclaviaCommand {
    static let examples = [
        Example("enclavia auth docker", "print the entry for Docker's configuration")
    ]

    static let configuration = CommandConfiguration(
        commandName: "docker",
        abstract: "Print the Docker configuration with which other tools log in.",
        discussion: examples.help(
            then: """
                With the entry, docker, buildx, compose, podman and skopeo get a short-lived password from \
                docker-credential-enclavia. The file that it belongs to is named on standard error, and is \
                not changed.
                """))

    static let results = [
        PublishedSchema("docker-entry", "auth docker", .of(DockerEntryJSON.self))
    ]

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let access = try await context.adapters.registryCredentials().currentAccess()
        let use = context.adapters.credentialHelperProbe().credentialHelperUse()
        try DockerEntryRenderer(context).render(access, use)
        return .done
    }
}

/// Renders the entry: on standard output, so that it can be merged into the file, and on standard error what to do
/// with it.
struct DockerEntryRenderer {
    private let context: CommandContext

    init(_ context: CommandContext) {
        self.context = context
    }

    func render(_ access: RegistryAccess, _ use: CredentialHelperUse) throws {
        if use.program == nil { context.console.warn(ErrorMessages.missingHelper) }
        if !access.isShortLived { context.console.warn(ErrorMessages.longLivedPassword) }
        if let fault = use.fault {
            context.console.warn(ErrorMessages.problem(fault))
        }
        try context.show(DockerEntryJSON(access, use)) { console in
            // The name of a registry needs no escape in JSON.
            try console.result(
                """
                {
                  "credHelpers": {
                    "\(access.registry)": "\(CredentialHelper.name)"
                  }
                }
                """)
            if let file = use.configuration {
                console.log(
                    use.docker.covers(access.registry)
                        ? "\(file.printable) has this entry already"
                        : "add this entry to \(file.printable)")
            }
        }
    }
}

/// What `auth docker --json` shows.
struct DockerEntryJSON: JSONDescribed {
    private struct Entry: Encodable {
        let credHelpers: [String: String]
    }

    private let registry: String
    private let handle: String
    private let entry: Entry
    @Nullable private var file: String?
    private let isPresent: Bool
    @Nullable private var program: String?

    private enum CodingKeys: String, CodingKey {
        case registry, handle, entry, file, program
        case isPresent = "is_present"
    }

    static let jsonSchema = JSONSchema.object([
        Key("registry", .text), Key("handle", .text, "The user name with which clients log in."),
        Key("entry", .object([Key("credHelpers", .map(to: .text))]), "To be merged into the file."),
        Key("file", .nullable(.text), "Docker's configuration, whether or not it exists."),
        Key(
            "is_present", .boolean,
            "Whether the file has the entry, or a default and no other entry for the registry."
        ),
        Key(
            "program", .nullable(.text),
            "Where docker-credential-enclavia is on PATH; null where it is not."),
    ])

    init(_ access: RegistryAccess, _ use: CredentialHelperUse) {
        registry = access.registry
        handle = access.handle
        entry = Entry(credHelpers: [access.registry: CredentialHelper.name])
        file = use.configuration
        isPresent = use.docker.covers(access.registry)
        program = use.program
    }
}
