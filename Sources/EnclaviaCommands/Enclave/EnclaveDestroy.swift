import ArgumentParser
import EnclaviaCore

struct EnclaveDestroy: EnclaveCommandSet {
    static let configuration = CommandConfiguration(
        commandName: "destroy",
        abstract: "Destroy an enclave, with its storage, for good.",
        discussion: "Asks on a terminal unless --yes is given, and goes ahead elsewhere.")

    static let results = [PublishedSchema.deed]

    @OptionGroup var enclave: EnclaveArgument

    @Flag(help: "Do not ask.")
    var yes = false

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let id = try await resolve(enclave.id, context)
        let question = Question(context)
        if !yes, question.canBeAsked {
            let found = try await context.adapters.enclaves().get(id)
            let name = found.name.map { " (\(Words.shown($0)))" } ?? ""
            guard try await question.ask("destroy enclave \(Words.shown(id))\(name) for good?")
            else { throw Explanation(.cancelled, "nothing was destroyed", exitStatus: .negative) }
        }
        try await context.adapters.enclaves().destroy(id)
        await context.remember([.destroyed(id)])
        try EnclaveRenderer(context).render(id, has: .destroyed)
        return .done
    }
}
