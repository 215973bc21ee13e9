import EnclaviaCore

/// Renders what a reconciliation came to, and finds its exit code.
struct ReconcileRenderer {
    private let context: CommandContext

    init(_ context: CommandContext) {
        self.context = context
    }

    func render(_ report: ReconcileReport) throws -> ExitStatus {
        warn(report)
        if let problem = report.problem {
            if !context.invocation.wantsJSON { try show(report) }
            throw explain(problem, report)
        }
        if context.invocation.wantsJSON {
            try context.console.result(json: ReconcileJSON(report))
        } else {
            try show(report)
        }
        if report.pushes.contains(where: { $0.isUnrecorded }) { return .store }
        if let error = report.pushes.lazy.compactMap(\.error).first {
            return Words.explain(error).exitStatus
        }
        if report.pushes.contains(where: { $0.verdict == .otherImage }) {
            return .protocolViolation
        }
        return report.pushes.contains { $0.verdict == .elsewhere } ? .negative : .done
    }

    private func explain(_ problem: ReconcileProblem, _ report: ReconcileReport) -> Explanation {
        var explanation =
            switch problem {
            case .backend(let error): Words.explain(error)
            case .registry(let error): Words.explain(error)
            }
        let left = report.pushes.count { $0.verdict == .unanswered }
        let settled = report.pushes.count - left
        explanation.hint =
            "settled: \(settled), left as they are: \(left); run `enclavia history reconcile` again"
        return explanation
    }

    private func warn(_ report: ReconcileReport) {
        context.warn(report.leftovers.warnings)
        for push in report.pushes {
            context.warn(push.warnings)
            if case .nowhere(let reason) = push.keeping {
                context.console.warn(
                    "what became of push \(push.record.id) could be recorded nowhere:"
                        + " \(Words.shown(reason))")
            }
        }
        if report.pushes.contains(where: { $0.verdict == .arrived }) {
            context.console.say(
                "the backend was not told of pushes that had arrived: run"
                    + " `enclavia notify --pending`")
        }
    }

    private func show(_ report: ReconcileReport) throws {
        let console = context.console
        let takenIn = report.leftovers.takenIn.count
        if takenIn > 0 { try console.result("taken in from the spool: \(Words.pushes(takenIn))") }
        guard !report.pushes.isEmpty else {
            if takenIn == 0 { console.say("there is nothing to settle") }
            return
        }
        let table = Table(
            columns: [
                Table.Column("PUSH"), Table.Column("REFERENCE", canShrink: true),
                Table.Column("OUTCOME"), Table.Column("", canShrink: true),
            ],
            rows: report.pushes.map { push in
                let record = push.record
                return [
                    Table.Cell(String(record.id.text.suffix(8)), .dim),
                    Table.Cell(
                        record.reference.map { "\($0.path):\($0.tag)" } ?? record.destination),
                    Table.Cell(record.state.outcome.rawValue, Paint(record.state.outcome)),
                    Table.Cell(Words.sentence(push)),
                ]
            })
        for line in table.lines(for: console.out) { try console.result(line) }
    }
}

extension SettledPush {
    fileprivate var isUnrecorded: Bool {
        if case .nowhere = keeping { true } else { false }
    }
}
