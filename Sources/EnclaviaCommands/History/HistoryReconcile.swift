import ArgumentParser
import EnclaviaCore

struct HistoryReconcile: EnclaviaCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "Settle interrupted and spooled pushes, and verify unverified digests.",
        discussion: """
            The registry is asked whether an interrupted push has arrived. Where it cannot be asked, \
            the push stays as it is, and the exit code is that of the obstacle. Credentials that \
            killed pushes left behind are taken away.
            """)

    static let results = [
        PublishedSchema("reconcile", "history reconcile", .of(ReconcileJSON.self))
    ]

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let operation = try context.reconcileOperation()
        let dead = context.adapters.sweepSecrets()
        if dead > 0 {
            context.console.say(
                "took away the credentials of \(Words.pushes(dead)) that had died")
        }
        let report = try await operation.run()
        return try ReconcileRenderer(context).render(report)
    }
}
