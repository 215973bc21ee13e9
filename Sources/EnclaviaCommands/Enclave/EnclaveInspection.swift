import ArgumentParser
import EnclaviaCore

struct EnclaveList: EnclaveCommand {
    static let examples = [
        Example("enclavia enclave list", "list your enclaves"),
        Example("enclavia enclave list --archived", "list destroyed enclaves too"),
    ]

    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List your enclaves.",
        discussion: examples.help())

    static let results = [PublishedSchema("enclaves", "enclave list", .of([EnclaveJSON].self))]

    @Flag(help: "Include destroyed enclaves.")
    var archived = false

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let enclaves = try await context.adapters.enclaves().list(archived: archived)
        await context.remember(enclaves)
        try EnclaveRenderer(context).render(enclaves)
        return .done
    }
}

struct EnclaveStatus: EnclaveCommand {
    static let examples = [
        Example("enclavia enclave status 9b2c6d1e", "show an enclave"),
        Example("enclavia enclave status 9b2c6d1e --wait", "wait until it runs"),
    ]

    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show one enclave.",
        discussion: examples.help(
            then: """
                With --wait, waits until the enclave runs (exit code 0) or ends in another state (1). A \
                signal stops the wait and does not affect the enclave.
                """))

    static let results = [PublishedSchema.enclave]

    @OptionGroup var enclave: EnclaveArgument

    @Flag(help: "Wait until the enclave runs or fails.")
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
        let finished = try await EnclaveFollower(context, isQuiet: false).follow([id])
        await context.remember(finished)
        if let failure = ErrorMessages.explain(failuresAmong: finished) { throw failure }
        for found in finished { try renderer.render(found) }
        return .done
    }
}

struct EnclaveLogsCommand: EnclaveCommand {
    static let examples = [
        Example("enclavia enclave logs 9b2c6d1e", "print the logs of an enclave")
    ]

    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Print the logs of an enclave's build and container.",
        discussion: examples.help())

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
