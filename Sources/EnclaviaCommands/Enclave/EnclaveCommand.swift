import ArgumentParser
import EnclaviaCore

/// The `enclave` command group.
struct EnclaveGroup: DocumentedCommand {
    static let examples = [
        Example("enclavia enclave create --image myapp:v1", "create an enclave for an image"),
        Example("enclavia enclave list", "list your enclaves"),
        Example("enclavia enclave logs 9b2c6d1e", "print the logs of an enclave"),
    ]

    static let configuration = CommandConfiguration(
        commandName: "enclave",
        abstract: "Create and watch the enclaves that run your images.",
        discussion: examples.help(),
        subcommands: [
            EnclaveList.self, EnclaveCreate.self, EnclaveStatus.self, EnclaveLogsCommand.self,
            EnclaveStop.self, EnclaveStart.self, EnclaveRestart.self, EnclaveDestroy.self,
        ])

    @OptionGroup var global: GlobalOptions
}

/// The commands that use enclaves.
protocol EnclaveCommand: EnclaviaCommand {}

extension EnclaveCommand {
    /// The full id of the enclave that the user named.
    ///
    /// - Throws: `not_found` where no enclave matches; `usage` where `text` cannot be an id, or where several
    ///   enclaves match, which are listed.
    func resolve(_ text: String, _ context: CommandContext) async throws -> String {
        guard EnclaveFinder.isPartOfID(text) else {
            throw UserError(
                .usage,
                "\(text.quoted) is not a valid enclave id, or the beginning of one",
                hint: "an id is letters, digits, \"-\", \".\", \"_\" and \"~\"")
        }
        switch try await EnclaveFinder(context.adapters.enclaves()).find(text) {
        case .found(let id):
            return id
        case .none:
            throw UserError(
                .notFound, "you have no enclave whose id begins with \(text.quoted)",
                hint: "run `enclavia enclave list` to list your enclaves")
        case .ambiguous(let candidates):
            throw UserError(
                .usage,
                "\(text.quoted) matches the ids of \(candidates.count) enclaves: write more"
                    + " of the id",
                hint: ErrorMessages.list(candidates))
        }
    }
}

extension CommandContext {
    /// Stores enclaves for completion. Completion is optional, so a failure is only a warning.
    func remember(_ enclaves: [Enclave]) async {
        guard !enclaves.isEmpty else { return }
        do {
            warn(try await adapters.remember(enclaves))
        } catch {
            console.warn(
                "these enclaves could not be saved for completion: \(ErrorMessages.explain(error).message)"
            )
        }
    }
}

/// The argument of commands that take one enclave.
struct EnclaveArgument: ParsableArguments {
    @Argument(
        help: ArgumentHelp("The enclave: its id, or the beginning of it.", valueName: "enclave"),
        completion: .value(.enclave))
    var id: String
}
