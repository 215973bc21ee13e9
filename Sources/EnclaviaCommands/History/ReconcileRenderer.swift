import EnclaviaCore
import EnclaviaSystem

/// Renders the result of `history reconcile`.
struct ReconcileRenderer {
    private let context: CommandContext

    init(_ context: CommandContext) {
        self.context = context
    }

    func render(_ report: ReconcileReport) throws -> ExitStatus {
        warn(report)
        if let failure = report.failure {
            if !context.invocation.wantsJSON { try show(report) }
            throw failure
        }
        try context.show(ReconcileJSON(report)) { _ in try show(report) }
        return report.exitStatus
    }

    private func warn(_ report: ReconcileReport) {
        context.warn(report.recovered.warnings)
        for push in report.pushes {
            context.warn(push.warnings)
            if let loss = push.loss { context.console.warn(loss.warning) }
        }
        if report.pushes.contains(where: { $0.outcome == .arrived }) {
            context.console.log(
                "the backend was not notified of pushes that are in the registry: run"
                    + " `enclavia notify --pending`")
        }
    }

    private func show(_ report: ReconcileReport) throws {
        let console = context.console
        let recovered = report.recovered.recoveredPushes.count
        if recovered > 0 {
            try console.result("recovered from the spool: \(MessageText.pushes(recovered))")
        }
        guard !report.pushes.isEmpty else {
            if recovered == 0 { console.log("nothing to reconcile") }
            return
        }
        let table = Table(
            columns: [
                Table.Column("PUSH"), Table.Column("REFERENCE", canShrink: true, isName: true),
                Table.Column("RESULT"), Table.Column("REASON", canShrink: true),
            ],
            rows: report.pushes.map { push in
                let record = push.record
                let summary = PushSummary(record)
                return [
                    Table.Cell(idOf: record), Table.Cell(nameOf: record),
                    Table.Cell(summary.result, summary.resultStyle),
                    Table.Cell(push.conclusion.message),
                ]
            })
        try console.result(table)
    }
}
