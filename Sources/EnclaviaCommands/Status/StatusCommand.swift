import ArgumentParser
import EnclaviaCore

struct StatusCommand: EnclaviaCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the account, the history's state, what needs attention, and each tag.",
        discussion: "Nothing leaves the machine unless --remote is given.")

    static let results = [PublishedSchema("status", "status", .of(StatusJSON.self))]

    @Argument(
        help: "Show this reference alone: <repo>[:<tag>], or a full reference.",
        completion: .value(.destination))
    var reference: String?

    @Flag(help: "Ask the backend and the registry, too.")
    var remote = false

    @Flag(help: "Exit with 1 where something needs attention.")
    var exitCode = false

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let selector = try reference.map { try ReferenceSelector($0) }
        let operation = StatusOperation(
            history: try context.adapters.history(), accounts: try context.adapters.accounts(),
            remote: remote
                ? .init(
                    backend: try context.adapters.backend(),
                    registry: try context.adapters.registry()) : nil)
        let report = try await operation.run(selector)
        try StatusRenderer(context).render(report)
        return exitCode && !report.attention.isEmpty ? .negative : .done
    }
}
