import ArgumentParser
import EnclaviaCore

struct EnclaveStart: EnclaveCommandSet {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Start an enclave that was stopped.")

    static let results = [PublishedSchema.deed]

    @OptionGroup var enclave: EnclaveArgument
    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let id = try await resolve(enclave.id, context)
        try await context.adapters.enclaves().start(id)
        try EnclaveRenderer(context).render(id, has: .started)
        return .done
    }
}
