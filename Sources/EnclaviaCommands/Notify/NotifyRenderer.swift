import EnclaviaCore

/// Renders what became of notifications.
struct NotifyRenderer {
    private let context: CommandContext

    init(_ context: CommandContext) {
        self.context = context
    }

    /// Says, while the others are still to come, what a person should know of this one.
    func say(_ result: NotifyResult) {
        let console = context.console
        context.warn(result.warnings)
        for line in result.remarks { console.say(line) }
        if let warning = result.keepingWarning { console.warn(warning) }
    }

    func render(_ results: [NotifyResult]) throws {
        let console = context.console
        if context.invocation.wantsJSON {
            try console.result(json: results.map(NotifyResultJSON.init))
            return
        }
        if results.isEmpty {
            console.say("the backend has heard of every push")
            return
        }
        for line in table(results).lines(for: console.out) { try console.result(line) }
    }

    private func table(_ results: [NotifyResult]) -> Table {
        Table(
            columns: [
                Table.Column("PUSH"), Table.Column("REFERENCE", canShrink: true),
                Table.Column("NOTIFY"), Table.Column("", canShrink: true),
            ],
            rows: results.map { result in
                let push = result.push
                return [
                    Table.Cell(String(push.id.text.suffix(8)), .dim),
                    Table.Cell(
                        push.reference.map { "\($0.path):\($0.tag)" } ?? push.destination),
                    Table.Cell(
                        result.notify.outcome?.rawValue ?? "-", paint(result.notify.outcome)),
                    Table.Cell(result.message ?? ""),
                ]
            })
    }

    private func paint(_ outcome: NotifyOutcome?) -> Paint? {
        switch outcome {
        case .delivered: .green
        case .failed: .red
        case .pending: .yellow
        case .skipped, nil: nil
        }
    }
}
