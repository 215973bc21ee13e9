import EnclaviaCore

/// Renders what `doctor` found, as JSON or for people.
struct DoctorRenderer {
    private let context: CommandContext

    init(_ context: CommandContext) {
        self.context = context
    }

    func render(_ findings: [(check: DoctorCheck, finding: Finding)]) throws {
        let console = context.console
        if context.invocation.wantsJSON {
            try console.result(json: DoctorJSON(findings))
            return
        }
        for (_, finding) in findings {
            try console.result("\(mark(finding.level))  \(finding.message)")
            if let fix = finding.fix { try console.result("         mend: \(fix)") }
        }
    }

    private func mark(_ level: Finding.Level) -> String {
        switch level {
        case .ok: context.console.out.paint("ok     ", .green)
        case .warning: context.console.out.paint("warning", .yellow)
        case .error: context.console.out.paint("error  ", .red)
        }
    }
}
