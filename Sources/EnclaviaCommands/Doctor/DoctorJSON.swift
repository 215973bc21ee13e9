import EnclaviaCore

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

    init(_ findings: [(check: DoctorCheck, finding: Finding)]) {
        self.findings = findings.map(FindingJSON.init)
    }
}

/// One finding; `mend` is `null` where nothing is wrong.
private struct FindingJSON: JSONDescribed {
    private let check: String
    private let level: Finding.Level
    private let message: String
    @Nullable private var mend: String?

    static let jsonSchema = JSONSchema.object([
        Key("check", .words(DoctorCheck.all.map(\.name))),
        Key("level", .cases(of: Finding.Level.self)), Key("message", .text),
        Key("mend", .nullable(.text)),
    ])

    init(_ check: DoctorCheck, _ finding: Finding) {
        self.check = check.name
        level = finding.level
        message = finding.message
        mend = finding.fix
    }
}
