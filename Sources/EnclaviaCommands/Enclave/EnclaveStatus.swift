import ArgumentParser
import EnclaviaCore

struct EnclaveStatus: EnclaveCommandSet {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show one enclave.",
        discussion: """
            With --wait the enclave is followed until it runs (exit code 0) or will not (1). A signal \
            ends the watch and leaves the enclave alone.
            """)

    static let results = [PublishedSchema.enclave]

    @OptionGroup var enclave: EnclaveArgument

    @Flag(help: "Follow the enclave until it runs or fails.")
    var wait = false

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let id = try await resolve(enclave.id, context)
        let renderer = EnclaveRenderer(context)
        guard wait else {
            let found = try await context.adapters.enclaves().get(id)
            await context.remember([found])
            try renderer.render(found)
            return .done
        }
        let settled = try await EnclaveFollower(context, isQuiet: false).follow([id])
        await context.remember(settled)
        if let failure = Words.explain(failuresAmong: settled) { throw failure }
        for found in settled { try renderer.render(found) }
        return .done
    }
}
