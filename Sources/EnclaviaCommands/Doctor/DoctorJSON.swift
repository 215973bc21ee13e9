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

    init(_ findings: [Finding]) {
        self.findings = findings.map(FindingJSON.init)
    }
}

/// One finding; `mend` is `null` where there is nothing to mend.
private struct FindingJSON: JSONDescribed {
    private let check: Finding.Check
    private let level: Finding.Level
    private let message: String
    @Nullable private var mend: String?

    static let jsonSchema = JSONSchema.object([
        Key("check", .cases(of: Finding.Check.self)),
        Key("level", .cases(of: Finding.Level.self)), Key("message", .text),
        Key("mend", .nullable(.text)),
    ])

    init(_ finding: Finding) {
        let words = Words.explain(finding)
        check = finding.check
        level = finding.level
        message = words.message
        mend = words.mend
    }
}
