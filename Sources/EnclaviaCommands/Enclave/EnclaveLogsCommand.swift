import ArgumentParser
import EnclaviaCore

struct EnclaveLogsCommand: EnclaveCommandSet {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Print what an enclave's build and its container have logged.")

    static let results = [PublishedSchema("logs", "enclave logs", .of(EnclaveLogsJSON.self))]

    @OptionGroup var enclave: EnclaveArgument
    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let id = try await resolve(enclave.id, context)
        let logs = try await context.adapters.enclaves().logs(id)
        try EnclaveRenderer(context).render(logs)
        return .done
    }
}
