import ArgumentParser
import EnclaviaCore

struct EnclaveStop: EnclaveCommandSet {
    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "Stop an enclave; its storage is kept.")

    static let results = [PublishedSchema.deed]

    @OptionGroup var enclave: EnclaveArgument
    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let id = try await resolve(enclave.id, context)
        try await context.adapters.enclaves().stop(id)
        try EnclaveRenderer(context).render(id, has: .stopped)
        return .done
    }
}
