import EnclaviaCore
import EnclaviaSystem

/// Renders the results of notifications.
struct NotifyRenderer {
    private let context: CommandContext

    init(_ context: CommandContext) {
        self.context = context
    }

    /// Prints the warnings and remarks of one result at once, before the remaining notifications are sent.
    func report(_ result: NotifyResult) {
        let console = context.console
        context.warn(result.warnings)
        for line in result.remarks { console.log(line) }
        if let warning = result.locationWarning { console.warn(warning) }
    }

    func render(_ results: [NotifyResult]) throws {
        try context.show(results.map(NotifyResultJSON.init)) { console in
            if results.isEmpty {
                console.log("the backend was notified of every push")
            } else {
                try console.result(table(results))
            }
        }
    }

    private func table(_ results: [NotifyResult]) -> Table {
        Table(
            columns: [
                Table.Column("PUSH"), Table.Column("REFERENCE", canShrink: true, isName: true),
                Table.Column("BACKEND"), Table.Column("ANSWER", canShrink: true),
            ],
            rows: results.map { result in
                let outcome = result.notify.outcome
                return [
                    Table.Cell(idOf: result.push), Table.Cell(nameOf: result.push),
                    Table.Cell(PushSummary.backend(outcome), style(outcome)),
                    Table.Cell(result.message ?? "-"),
                ]
            })
    }

    private func style(_ outcome: NotifyOutcome?) -> Style? {
        switch outcome {
        case .delivered: .green
        case .failed: .red
        case .pending: .yellow
        case .skipped, nil: nil
        }
    }
}
