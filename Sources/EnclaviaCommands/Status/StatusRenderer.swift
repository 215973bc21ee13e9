import EnclaviaCore
import EnclaviaSystem

/// Renders a status report, as JSON or for people: first what needs attention, then the tags, then the account,
/// the registry and the history.
struct StatusRenderer {
    /// The most tags that a terminal shows.
    static let terminalLimit = 20

    private let context: CommandContext

    init(_ context: CommandContext) {
        self.context = context
    }

    /// The number of references for which the report shows since when they point at their digest; 0 for JSON.
    var traced: Int {
        if context.invocation.wantsJSON { return 0 }
        return context.console.out.isTerminal ? Self.terminalLimit : .max
    }

    /// The number of references that are shown; `nil` for all.
    var limit: Int? {
        context.invocation.wantsJSON || !context.console.out.isTerminal ? nil : Self.terminalLimit
    }

    func render(_ report: StatusReport) throws {
        if let error = report.remoteError {
            context.console.warn(
                "the backend could not be queried: \(ErrorMessages.explain(error).message)")
        }
        if let error = report.registryError {
            context.console.warn(
                "the registry could not be queried for every tag: \(ErrorMessages.explain(error).message)"
            )
        }
        try context.show(StatusJSON(report)) { console in
            for line in lines(report) { try console.result(line) }
        }
    }

    private func lines(_ report: StatusReport) -> [String] {
        let out = context.console.out
        var lines: [String] = []
        if report.attention.isEmpty {
            lines.append(out.styled("nothing needs attention", .green))
        } else {
            let messages = AttentionMessages(now: context.now(), out: out)
            lines.append(out.styled("needs attention", .yellow))
            let shown = out.isTerminal ? Self.terminalLimit : report.attention.count
            lines += report.attention.prefix(shown).flatMap(messages.lines)
            lines += more(report.attention.count - shown, report)
        }
        if !report.references.isEmpty { lines += [""] + tags(report) }
        lines += [
            "", "account   \(account(report.account))", "registry  \(registry(report))",
            "history   \(store(report.store))",
        ]
        if let remote = report.sharedHistory { lines.append("remote    \(shared(remote))") }
        return lines
    }

    private func tags(_ report: StatusReport) -> [String] {
        let table = StatusTable(now: context.now(), zone: context.zone, isRemote: isRemote(report))
        let out = context.console.out
        let shown = limit ?? report.references.count
        return table.table(Array(report.references.prefix(shown)))
            .lines(for: out, width: out.columns) + more(report.referenceCount - shown, report)
    }

    private func isRemote(_ report: StatusReport) -> Bool {
        report.isRegistryReachable != nil || report.remoteError != nil
    }

    /// How many are left out, and the command that shows them.
    private func more(_ count: Int, _ report: StatusReport) -> [String] {
        guard count > 0 else { return [] }
        let command = isRemote(report) ? "enclavia status --remote" : "enclavia status"
        return [context.console.out.styled("and \(count) more: \(command) | less", .dim)]
    }

    private func account(_ account: Account?) -> String {
        guard let account else { return "not logged in" }
        let handle = account.handle.map { $0.printable } ?? "(handle unknown)"
        let expiry =
            account.expiresAt.map {
                ", access token until \(context.zone.civilTime(at: $0).minuteText)"
            } ?? ""
        return "\(handle) at \(account.backend.printable), from \(account.source.name)\(expiry)"
    }

    private func registry(_ report: StatusReport) -> String {
        guard let registry = report.registry else { return "not known yet" }
        return switch report.isRegistryReachable {
        case true?: "\(registry.printable), reachable"
        case false?: "\(registry.printable), not reachable"
        case nil: registry.printable
        }
    }

    private func shared(_ remote: RemoteSummary) -> String {
        let sync =
            remote.state?.syncedAt.map {
                "last sync \(context.zone.civilTime(at: $0).minuteText)"
            } ?? "never synced"
        let rest =
            remote.unsynced == 0
            ? "nothing to send" : "\(MessageText.events(Int(remote.unsynced))) to send"
        var text = "\(remote.name.printable), \(sync), \(rest)"
        if let fork = remote.state?.forkedAt { text += ", forked after event \(fork)" }
        if let failure = remote.state?.failure { text += ", failed: \(failure.printable)" }
        return text
    }

    private func store(_ store: StoreSummary) -> String {
        var text =
            "\(MessageText.pushes(store.pushes)), \(MessageText.events(store.events)) in \(store.path.printable)"
        if !store.isWritable { text += ", not writable" }
        if store.spooled > 0 { text += ", \(store.spooled) in the spool" }
        return text
    }
}

/// What each tag points at, as a table for people.
struct StatusTable {
    let now: Timestamp
    let zone: LocalZone
    /// Whether the registry was queried.
    let isRemote: Bool

    func table(_ references: [StatusReport.ReferenceStatus]) -> Table {
        let registries = Set(references.compactMap { $0.push.reference?.registry })
        let columns = [
            Table.Column("REFERENCE", canShrink: true, isName: true), Table.Column("DIGEST"),
            Table.Column("SINCE"), Table.Column("WHO", canShrink: true), Table.Column("COMMIT"),
            Table.Column("BACKEND"),
        ]
        return Table(
            columns: columns + (isRemote ? [Table.Column("REMOTE")] : []),
            rows: references.map {
                row($0, withRegistry: registries.count > 1) + (isRemote ? [remote($0)] : [])
            })
    }

    /// SINCE, WHO and COMMIT are of the push that moved the tag to its digest; DIGEST and BACKEND are of the
    /// newest push that succeeded.
    private func row(
        _ status: StatusReport.ReferenceStatus, withRegistry: Bool
    ) -> [Table.Cell] {
        let full = withRegistry ? status.push.reference?.description : nil
        let name = Table.Cell(full ?? PushSummary(status.push).reference)
        guard let pointsAt = status.pointsAt, let digest = pointsAt.state.manifest?.digest else {
            let newest = PushSummary(status.push)
            return [name, Table.Cell(newest.result, newest.resultStyle)]
                + Array(repeating: Table.Cell("-"), count: 4)
        }
        let since = status.since ?? pointsAt
        let newest = PushSummary(pointsAt)
        return [
            name, Table.Cell(String(digest.hex.prefix(12))),
            Table.Cell(beginning(since)),
            Table.Cell(PushSummary(since).who),
            Table.Cell(since.context.gitCommit.map { String($0.prefix(7)) } ?? "-"),
            Table.Cell(newest.backend, newest.backendStyle),
        ]
    }

    /// When the tag came to point at its digest. A push that left the tag unchanged gives only the latest
    /// possible time.
    private func beginning(_ since: PushRecord) -> String {
        let moment = since.state.manifest?.pushedAt ?? since.startedAt
        let text = Age.column(of: moment, at: now, in: zone)
        guard since.state.manifest?.tagChange == .unchanged else { return text }
        let isAge = (0..<86_400_000).contains(now.milliseconds - moment.milliseconds)
        return isAge ? "\(text) or more" : "by \(text)"
    }

    private func remote(_ status: StatusReport.ReferenceStatus) -> Table.Cell {
        if status.isGone { return Table.Cell("gone", .yellow) }
        guard let remote = status.remoteDigest else { return Table.Cell("-") }
        return remote == status.pointsAt?.state.manifest?.digest
            ? Table.Cell("same") : Table.Cell(String(remote.hex.prefix(12)), .yellow)
    }
}
