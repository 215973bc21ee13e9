import ArgumentParser
import EnclaviaCore

struct NotifyCommand: EnclaviaCommand {
    static let examples = [
        Example("enclavia notify --pending", "resend what the backend has not received"),
        Example("enclavia notify 5b469471", "resend the notification of one push"),
    ]

    static let configuration = CommandConfiguration(
        commandName: "notify",
        abstract: "Resend push notifications to the backend.",
        discussion: examples.help(
            then: """
                A push is given by its id, by at least six characters of the start or end of its id, or by \
                sha256: and a prefix of its digest. With --pending, the newest push of each reference is \
                resent if it succeeded on this machine and the backend was not notified of it, or refused \
                the notification.
                """))

    static let results = [PublishedSchema("notify", "notify", .of([NotifyResultJSON].self))]

    @Argument(
        help: ArgumentHelp(
            "The pushes: ids, beginnings or ends of ids, or digests.", valueName: "push"),
        completion: .value(.push))
    var pushes: [String] = []

    @Flag(help: "Resend every notification that the backend has not received.")
    var pending = false

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        guard pending || !pushes.isEmpty else {
            throw UserError(.usage, "name the pushes to resend, or use --pending")
        }
        let history = try context.adapters.history()
        let named = try pushes.map { try PushLookup.find($0, in: history).record() }
        let operation = NotifyOperation(
            history: history, ports: try context.pushPorts(),
            handle: try context.adapters.accounts().account()?.handle)
        let renderer = NotifyRenderer(context)
        let wanted = NotifySelection(named, pending ? try operation.pending() : nil)
        if !wanted.isEmpty, let origin = await context.adapters.stateOrigin().trackingCheckout() {
            throw UserError(.config, ErrorMessages.sentence(origin))
        }
        let ids = Set(named.map(\.id))
        var results: [NotifyResult] = []
        do throws(BackendError) {
            try await operation.send(wanted.superseded + wanted.pushes, named: ids) { result in
                renderer.report(result)
                results.append(result)
            }
        } catch {
            // What was sent before the credentials were refused is a result, too.
            guard results.contains(where: \.isOfNotification) else { throw error }
            try renderer.render(results)
            return context.failAfterResult(error)
        }
        try renderer.render(results)
        return context.signals.received ?? results.exitStatus(named: ids)
    }
}

/// The pushes whose notifications are sent, each once and the named ones first, and the superseded pushes that
/// were not named.
private struct NotifySelection {
    let pushes: [PushRecord]
    let superseded: [PushRecord]

    var isEmpty: Bool { pushes.isEmpty && superseded.isEmpty }

    init(_ named: [PushRecord], _ pending: PendingNotifications?) {
        var seen: Set<PushID> = []
        pushes = (named + (pending?.toSend ?? [])).filter { seen.insert($0.id).inserted }
        superseded = (pending?.superseded ?? []).filter { !seen.contains($0.id) }
    }
}
