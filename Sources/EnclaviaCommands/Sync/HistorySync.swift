import ArgumentParser
import EnclaviaCore

struct HistorySync: EnclaviaCommand {
    static let examples = [
        Example("enclavia history sync service=history", "send what the server lacks"),
        Example("enclavia history sync --dry-run", "count it, without sending it"),
    ]

    static let configuration = CommandConfiguration(
        commandName: "sync",
        abstract: "Send the history to a PostgreSQL server that many machines share.",
        discussion: examples.help(
            then: """
                The remote is service=NAME, of the service file of PostgreSQL, or a postgresql:// URL without a \
                password; it defaults to ENCLAVIA_HISTORY_REMOTE. It needs psql. What the server has is never \
                overwritten: exits with 1 if its history of this machine goes on differently, or has events that are \
                missing here. `enclavia schema postgresql` prints what the owner of the database runs once.
                """))

    static let results = [PublishedSchema("sync", "history sync", .of(SyncJSON.self))]

    @Argument(
        help: ArgumentHelp("The PostgreSQL database.", valueName: "remote"),
        completion: .value(.free))
    var remote: String?

    @Flag(help: "Ask where the history stands on the server, without sending anything.")
    var dryRun = false

    @Option(
        help: ArgumentHelp(
            "How long the server may take to respond, such as 500ms, 30s or 2m.",
            valueName: "duration"),
        completion: .value(.free))
    var timeout = "30s"

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        guard let limit = TimeLimit.duration(timeout) else { throw TimeLimit.error(timeout) }
        do {
            let server = try context.adapters.sharedHistory(try name(context), limit: limit)
            let source = context.adapters.chain()
            let operation = SyncOperation(
                source, to: server, patience: limit, system: context.system)
            let bar = ProgressBar(context)
            defer { bar.clear() }
            let done = try await operation.run(
                sends: !dryRun, failure: { ErrorMessages.explain($0).message }
            ) { result, wanted in
                let sent = result.lastSequence
                bar.show(
                    "\(MessageText.events(result.sentEvents)) sent",
                    fraction: wanted > 0 ? Double(sent) / Double(wanted) : nil)
            }
            bar.clear()
            try SyncRenderer(context, server.name, isDryRun: dryRun).show(done.result)
            if let error = done.unkept {
                context.console.warn(
                    "the result was not kept for status: \(ErrorMessages.explain(error).message)")
            }
            return done.result.isComplete ? .done : .negative
        } catch let error as SyncError {
            throw ErrorMessages.explain(error)
        } catch let error as RemoteError {
            throw ErrorMessages.explain(error)
        }
    }

    private func name(_ context: CommandContext) throws(RemoteError) -> String {
        guard let name = remote ?? context.settings.historyRemote else {
            throw .address(.missing)
        }
        return name
    }
}
