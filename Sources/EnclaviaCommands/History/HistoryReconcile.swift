import ArgumentParser
import EnclaviaCore

struct HistoryReconcile: EnclaviaCommand {
    static let examples = [
        Example("enclavia history reconcile", "find out how interrupted pushes ended")
    ]

    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "Resolve interrupted and spooled pushes, and verify unverified digests.",
        discussion: examples.help(
            then: """
                The registry is queried for the image of each interrupted push. If it cannot be queried, \
                the push is left unchanged, and the exit code reports the cause. Credentials that killed \
                pushes left behind are deleted.
                """))

    static let results = [
        PublishedSchema("reconcile", "history reconcile", .of(ReconcileJSON.self))
    ]

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let operation = try context.reconcileOperation()
        let orphaned = context.adapters.sweepCredentials()
        if orphaned > 0 {
            context.console.log(
                "deleted the credentials that \(MessageText.pushes(orphaned)) left behind")
        }
        let report = try await operation.run()
        return try ReconcileRenderer(context).render(report)
    }
}

extension CommandContext {
    func reconcileOperation() throws -> ReconcileOperation {
        let adapters = adapters
        return ReconcileOperation(
            history: try adapters.history(), maintenance: adapters.maintenance(),
            journal: adapters.journal(), system: system,
            services: { () throws(BackendError) in
                (try adapters.backend(), try adapters.registry())
            },
            clients: adapters.pushClients(),
            store: { id in try? await adapters.engine(drawsProgress: false).inspect(id).store },
            errorMessage: ErrorMessages.recorded)
    }

    /// Queries the registry for the digests of the last hour's pushes that it has not confirmed: the newest
    /// five, for at most two seconds. The rest is left to the next push, or to `history reconcile`.
    func confirmDigests(after result: PushResult) async {
        guard result.error == nil, result.location == .store, !Task.isCancelled,
            let own = result.record.reference
        else { return }
        let hourAgo = system.now().adding(milliseconds: -3_600_000)
        do {
            let pushes = try await adapters.journal().unverified(
                backend: result.record.backend, registry: own.registry, owner: own.owner
            ).filter { $0.id != result.record.id && $0.startedAt > hourAgo }.suffix(5)
            guard !pushes.isEmpty else { return }
            let operation = try reconcileOperation()
            let resolved = try await withTimeLimit(.seconds(2)) {
                await operation.confirm(Array(pushes))
            }
            for push in resolved {
                warn(push.warnings)
                guard push.outcome == .otherImage || push.outcome == .contradicted else { continue }
                console.warn(
                    "push \(push.record.id) failed: \(push.conclusion.message)")
            }
        } catch {
            console.warn(
                "the digests of earlier pushes could not be verified: \(ErrorMessages.explain(any: error).message)"
            )
        }
    }
}
