import EnclaviaCore

/// Renders a status report, as JSON or for people.
struct StatusRenderer {
    private let context: CommandContext

    init(_ context: CommandContext) {
        self.context = context
    }

    func render(_ report: StatusReport) throws {
        if let error = report.remoteError {
            context.console.warn("the backend could not be asked: \(Words.explain(error).message)")
        }
        if let error = report.registryError {
            context.console.warn(
                "the registry could not be asked for every tag: \(Words.explain(error).message)")
        }
        try context.show(StatusJSON(report)) { console in
            for line in lines(report) { try console.result(line) }
        }
    }

    private func lines(_ report: StatusReport) -> [String] {
        let out = context.console.out
        var lines = [
            "account   \(account(report.account))",
            "registry  \(registry(report))",
            "history   \(store(report.store))",
        ]
        if !report.attention.isEmpty {
            lines += ["", out.paint("needs attention", .yellow)]
            lines += report.attention.map(attention)
        }
        if !report.references.isEmpty {
            lines.append("")
            lines += references(report.references).lines(for: out)
        }
        return lines
    }

    private func account(_ account: Account?) -> String {
        guard let account else { return "not logged in" }
        let handle = account.handle.map { Words.shown($0) } ?? "(handle not known yet)"
        let expiry = account.expiresAt.map { ", access token until \($0)" } ?? ""
        return "\(handle) at \(Words.shown(account.backend)), from \(account.source.name)\(expiry)"
    }

    private func registry(_ report: StatusReport) -> String {
        guard let registry = report.registry else { return "not known yet" }
        return switch report.isRegistryReachable {
        case true?: "\(Words.shown(registry)), reachable"
        case false?: "\(Words.shown(registry)), does not answer"
        case nil: Words.shown(registry)
        }
    }

    private func store(_ store: StoreSummary) -> String {
        var text =
            "\(Words.pushes(store.pushes)), \(Words.events(store.events)) in \(Words.shown(store.path))"
        if !store.isWritable { text += ", not writable" }
        if store.spooled > 0 { text += ", \(store.spooled) in the spool" }
        return text
    }

    private func attention(_ item: AttentionItem) -> String {
        let subject = item.reference?.description ?? item.pushID?.text ?? ""
        let push = item.pushID.map { " (push \($0.text.suffix(8)))" } ?? ""
        let message = item.message.map { ": \(Words.shown($0))" } ?? ""
        return "  \(item.kind.rawValue)  \(Words.shown(subject))\(push)\(message)"
    }

    private func references(_ references: [StatusReport.ReferenceStatus]) -> Table {
        Table(
            columns: [
                Table.Column("REFERENCE", canShrink: true), Table.Column("DIGEST"),
                Table.Column("PUSHED", expendability: 1), Table.Column("OUTCOME", expendability: 2),
                Table.Column("NOTIFY", expendability: 3), Table.Column("REMOTE", expendability: 4),
            ],
            rows: references.map { status in
                let push = status.push
                return [
                    Table.Cell(nameOf: push),
                    Table.Cell(push.state.manifest.map { String($0.digest.hex.prefix(12)) } ?? "-"),
                    Table.Cell(Age.text(of: push.startedAt, at: context.now())),
                    Table.Cell(push.state.outcome.rawValue),
                    Table.Cell(push.notify.outcome?.rawValue ?? "-"),
                    Table.Cell(status.remoteDigest.map { String($0.hex.prefix(12)) } ?? "-"),
                ]
            })
    }
}
