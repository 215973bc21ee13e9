import ArgumentParser
import EnclaviaCore

struct EnclaveList: EnclaveCommandSet {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List your enclaves.")

    static let results = [PublishedSchema("enclaves", "enclave list", .of([EnclaveJSON].self))]

    @Flag(help: "List the destroyed ones, too.")
    var archived = false

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let enclaves = try await context.adapters.enclaves().list(archived: archived)
        await context.remember(enclaves)
        try EnclaveRenderer(context).render(enclaves)
        return .done
    }
}
