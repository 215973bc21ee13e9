import ArgumentParser
import EnclaviaCompletion
import EnclaviaCore

struct StatusCommand: EnclaviaCommand {
    static let examples = [
        Example("enclavia status", "show what needs attention, and each tag"),
        Example("enclavia status myapp:prod", "show one tag"),
        Example("enclavia status --short", "print only counts, for a shell's prompt"),
    ]

    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show what needs attention, and what each tag points at.",
        discussion: examples.help(
            then: """
                No network request is made unless --remote is given. --short counts ↑ pending \
                notifications, ! failed pushes and refused notifications, ~ interrupted, + spooled \
                and ≈ unverified pushes, ⇅ a shared history that needs a sync; ? means that the history cannot be \
                read.
                """))

    static let results = [PublishedSchema("status", "status", .of(StatusJSON.self))]

    static let exclusive = ["--remote", "--since", "--json", "<reference>"].map { ["--short", $0] }

    @Argument(
        help: "Show only this reference: <repo>[:<tag>], or a full reference.",
        completion: .value(.reference))
    var reference: String?

    @Flag(help: "Also query the backend and the registry.")
    var remote = false

    @Flag(help: "Exit with 1 if something needs attention.")
    var exitCode = false

    @Flag(help: "Print only counts, on one line for a prompt, and nothing if all is well.")
    var short = false

    @Option(
        help: ArgumentHelp(
            "How to print the counts of --short: template:<text> with {field}s.",
            valueName: "format"),
        completion: .value(.words([ShortStatusTemplate.word])))
    var format: String?

    @Option(
        help: ArgumentHelp(
            "Hide problems that started before this time.", valueName: "time"),
        completion: .value(.time))
    var since: String?

    @OptionGroup var global: GlobalOptions

    /// It is shown, so that it must not contain a password.
    private func sharedHistory(_ context: CommandContext) throws -> String? {
        do throws(RemoteError) {
            return try context.settings.historyRemote.map { name throws(RemoteError) in
                try context.adapters.sharedHistory(name, limit: .zero).name
            }
        } catch {
            context.console.warn("ENCLAVIA_HISTORY_REMOTE: \(ErrorMessages.explain(error).message)")
            return nil
        }
    }

    func run(_ context: CommandContext) async throws -> ExitStatus {
        if short || format != nil { return try runShort(context) }
        let selector = try reference.map { try ReferenceSelector($0) }
        let since = try since.map { try context.moment($0, of: "--since", as: .beginning) }
        let operation = StatusOperation(
            history: try context.adapters.history(), accounts: try context.adapters.accounts(),
            remote: remote
                ? .init(
                    backend: try context.adapters.backend(),
                    registry: try context.adapters.registry()) : nil,
            sharedHistory: try sharedHistory(context))
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
