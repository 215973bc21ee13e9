import EnclaviaCore

/// Renders what `doctor` found, as JSON or for people.
struct DoctorRenderer {
    private let context: CommandContext

    init(_ context: CommandContext) {
        self.context = context
    }

    func render(_ findings: [Finding]) throws {
        let console = context.console
        if context.invocation.wantsJSON {
            try console.result(json: DoctorJSON(findings: findings))
            return
        }
        for finding in findings {
            let words = Words.explain(finding)
            try console.result("\(mark(finding.level))  \(words.message)")
            if let mend = words.mend { try console.result("         mend: \(mend)") }
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

/// What `doctor --json` shows.
struct DoctorJSON: Encodable {
    let findings: [Finding]

    enum CodingKeys: String, CodingKey, CaseIterable {
        case schemaVersion = "schema_version"
        case findings
    }

    func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: CodingKeys.self)
        try object.encode(1, forKey: .schemaVersion)
        try object.encode(findings.map(FindingJSON.init), forKey: .findings)
    }
}

/// One finding; `mend` is `null` where there is nothing to mend.
struct FindingJSON: Encodable {
    let finding: Finding

    enum CodingKeys: String, CodingKey, CaseIterable {
        case check, level, message, mend
    }

    func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: CodingKeys.self)
        let words = Words.explain(finding)
        try object.encode(finding.check, forKey: .check)
        try object.encode(finding.level, forKey: .level)
        try object.encode(words.message, forKey: .message)
        try object.encode(words.mend, forKey: .mend)
    }
}
