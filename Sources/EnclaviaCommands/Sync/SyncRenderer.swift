import EnclaviaCore

/// Shows what a sync did.
struct SyncRenderer {
    private let context: CommandContext
    private let remote: String
    private let isDryRun: Bool

    init(_ context: CommandContext, _ remote: String, isDryRun: Bool) {
        self.context = context
        self.remote = remote
        self.isDryRun = isDryRun
    }

    func show(_ result: SyncResult) throws {
        try context.show(SyncJSON(result, remote, isDryRun: isDryRun)) { console in
            for line in lines(result) { try console.result(line) }
        }
        for warning in warnings(result) { context.console.warn(warning) }
    }

    private func lines(_ result: SyncResult) -> [String] {
        let place = "\(remote.printable)"
        if result.lastSequence == 0, result.unsynced == 0 {
            return ["there is nothing to send: the history has no event yet"]
        }
        if isDryRun {
            return result.unsynced == 0
                ? ["\(place) has all \(MessageText.events(Int(result.lastSequence)))"]
                : ["would send \(MessageText.events(Int(result.unsynced))) to \(place)"]
        }
        guard result.sentEvents > 0 else {
            return ["nothing to send: \(place) has all events up to \(result.lastSequence)"]
        }
        return [
            "sent \(MessageText.events(result.sentEvents)) of"
                + " \(MessageText.pushes(result.sentPushes)) to \(place)"
        ]
    }

    private func warnings(_ result: SyncResult) -> [String] {
        var warnings: [String] = []
        if result.missing > 0 {
            warnings.append(
                "\(MessageText.events(Int(result.missing))) are missing here: the server has them"
                    + " up to \(Int64(result.missing) + result.lastSequence), and this history ends"
                    + " at \(result.lastSequence)")
        }
        if let fork = result.forkedAt {
            warnings.append(
                "forked: after event \(fork) another history goes on differently on the server;"
                    + (isDryRun ? " a sync keeps both there" : " both are kept there"))
        }
        return warnings
    }
}
