import ArgumentParser
import EnclaviaCore

struct DoctorCommand: EnclaviaCommand {
    static let examples = [
        Example("enclavia doctor", "show problems, and how to fix them"),
        Example("enclavia doctor --json", "print every check as JSON"),
    ]

    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check this machine for problems and suggest fixes.",
        discussion: examples.help(
            then: """
                Changes nothing. Starts each of bash, zsh and fish that is installed, with your startup \
                files, to ask which completion it loads. Exits with 1 if a finding is an error.
                """))

    static let results = [PublishedSchema("doctor", "doctor", .of(DoctorJSON.self))]

    @Flag(help: "Also list the checks that passed.")
    var all = false

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let machine = try await Machine(context)
        try Task.checkCancellation()
        let findings = DoctorCheck.run(on: machine)
        try DoctorRenderer(context, showsAll: all).render(findings)
        return findings.contains { $0.finding.level == .error } ? .negative : .done
    }
}

/// Renders what `doctor` found, as JSON or for people: the errors first, then the warnings, each with its fix, and
/// how many checks passed.
struct DoctorRenderer {
    private let context: CommandContext
    /// Whether people see the checks that passed.
    private let showsAll: Bool

    init(_ context: CommandContext, showsAll: Bool) {
        self.context = context
        self.showsAll = showsAll
    }

    func render(_ findings: [(check: DoctorCheck, finding: DoctorFinding)]) throws {
        try context.show(DoctorJSON(findings)) { console in
            let levels: [DoctorFinding.Level] =
                showsAll ? [.error, .warning, .ok] : [.error, .warning]
            for level in levels {
                for (_, finding) in findings where finding.level == level {
                    try console.result("\(mark(level))  \(finding.message)")
                    if let fix = finding.fix { try console.result("         fix: \(fix)") }
                }
            }
            let failed = Set(findings.filter { $0.finding.level != .ok }.map(\.check.name))
            let passed = Set(findings.map(\.check.name)).subtracting(failed).count
            try console.result(
                "\(MessageText.count(passed, "check", "checks")) passed"
                    + (showsAll ? "" : " (--all lists them)"))
        }
    }

    private func mark(_ level: DoctorFinding.Level) -> String {
        switch level {
        case .ok: context.console.out.styled("ok     ", .green)
        case .warning: context.console.out.styled("warning", .yellow)
        case .error: context.console.out.styled("error  ", .red)
        }
    }
}

/// What `doctor --json` shows, `schema_version` 1.
struct DoctorJSON: JSONDescribed {
    private let schemaVersion = 1
    private let findings: [FindingJSON]

    private enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case findings
    }

    static let jsonSchema = JSONSchema.object([
        JSONSchema.version, Key("findings", .array(of: FindingJSON.jsonSchema)),
    ])

    init(_ findings: [(check: DoctorCheck, finding: DoctorFinding)]) {
        self.findings = findings.map(FindingJSON.init)
    }
}

/// One finding; `fix` is `null` where nothing is wrong.
private struct FindingJSON: JSONDescribed {
    private let check: String
    private let level: DoctorFinding.Level
    private let message: String
    @Nullable private var fix: String?

    static let jsonSchema = JSONSchema.object([
        Key("check", .words(DoctorCheck.all.map(\.name))),
        Key("level", .cases(of: DoctorFinding.Level.self)), Key("message", .text),
        Key("fix", .nullable(.text)),
    ])

    init(_ check: DoctorCheck, _ finding: DoctorFinding) {
        self.check = check.name
        level = finding.level
        message = finding.message
        fix = finding.fix
    }
}
