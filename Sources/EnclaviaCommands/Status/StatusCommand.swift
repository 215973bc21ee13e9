import ArgumentParser
import EnclaviaCore

struct StatusCommand: EnclaviaCommand {
    static let examples = [
        Example("enclavia status", "show what needs attention, and each tag"),
        Example("enclavia status myapp:prod", "show one tag"),
        Example("enclavia status --exit-code", "exit with 1 if anything needs attention"),
    ]

    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show what needs attention, and what each tag points at.",
        discussion: examples.help(
            then: "No network request is made unless --remote is given."))

    static let results = [PublishedSchema("status", "status", .of(StatusJSON.self))]

    @Argument(
        help: "Show only this reference: <repo>[:<tag>], or a full reference.",
        completion: .value(.destination))
    var reference: String?

    @Flag(help: "Also query the backend and the registry.")
    var remote = false

    @Flag(help: "Exit with 1 if something needs attention.")
    var exitCode = false

    @Option(
        help: ArgumentHelp(
            "Hide problems that started before this time.", valueName: "time"),
        completion: .value(.time))
    var since: String?

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let selector = try reference.map { try ReferenceSelector($0) }
        let since = try since.map { try context.moment($0, of: "--since", as: .beginning) }
        let operation = StatusOperation(
            history: try context.adapters.history(), accounts: try context.adapters.accounts(),
            remote: remote
                ? .init(
                    backend: try context.adapters.backend(),
                    registry: try context.adapters.registry()) : nil)
        do {
            let renderer = StatusRenderer(context)
            let report = try await operation.run(
                selector, since: since, traced: renderer.traced, limit: renderer.limit)
            try renderer.render(report)
            return exitCode && !report.attention.isEmpty ? .negative : .done
        } catch let error as UnknownReference {
            throw ErrorMessages.explain(error, typed: reference ?? "")
        }
    }
}
