import EnclaviaCore

extension DoctorCheck {
    static let tagPolicy = DoctorCheck(
        "tag_policy", "Whether ENCLAVIA_TAG_POLICY is valid, if it is set."
    ) { machine in
        do throws(TagPolicyRulesError) {
            guard let rules = try machine.settings.tagPolicyRules() else { return [] }
            return [
                .ok("ENCLAVIA_TAG_POLICY has \(MessageText.count(rules.count, "rule", "rules"))")
            ]
        } catch {
            return [
                .error(
                    "ENCLAVIA_TAG_POLICY is not valid: \(ErrorMessages.sentence(error))",
                    fix: ErrorMessages.policyGrammar)
            ]
        }
    }

    /// Completion works without that program, too, so it is never an error.
    static let completionProgram = DoctorCheck(
        "completion_program", "Whether enclavia-complete, which answers TAB, is of this version."
    ) { machine in
        guard let program = machine.fastProgram else { return [] }
        let fix = "run `make install`, or install the package, which contains both programs"
        switch program.state {
        case .current: return [.ok("TAB is answered by \(program.path.printable)")]
        case .missing:
            return [.warning("TAB is slow: there is no \(program.path.printable)", fix: fix)]
        case .foreign(let version):
            let of = version.map { "version \($0)" } ?? "another program"
            return [.warning("TAB is slow: \(program.path.printable) is \(of)", fix: fix)]
        }
    }
}
