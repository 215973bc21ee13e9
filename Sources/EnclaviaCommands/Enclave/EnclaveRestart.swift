import ArgumentParser
import EnclaviaCore

struct EnclaveRestart: EnclaveCommandSet {
    static let configuration = CommandConfiguration(
        commandName: "restart", abstract: "Ask for an enclave to be started anew.")

    static let results = [PublishedSchema.deed]

    @OptionGroup var enclave: EnclaveArgument
    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let id = try await resolve(enclave.id, context)
        try await context.adapters.enclaves().restart(id)
        try EnclaveRenderer(context).render(id, has: .restartRequested)
        return .done
    }
}
