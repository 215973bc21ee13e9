import EnclaviaCore

extension DoctorCheck {
    static let tagPolicy = DoctorCheck(
        "tag_policy", "Whether ENCLAVIA_TAG_POLICY can be used, where it is set."
    ) { machine in
        do throws(TagPolicyRulesError) {
            guard let rules = try machine.settings.tagPolicyRules() else { return [] }
            return [
                .ok("ENCLAVIA_TAG_POLICY has \(Words.count(rules.count, "rule", "rules"))")
            ]
        } catch {
            return [
                .error(
                    "ENCLAVIA_TAG_POLICY cannot be used: \(Words.sentence(error))",
                    fix: Words.policyGrammar)
            ]
        }
    }

    static let completion = DoctorCheck(
        "completion", "Whether each shell that is here completes from this version's script."
    ) { machine in
        machine.completions.map { completion in
            let shell = completion.shell
            return switch completion.state {
            case .current(let path): .ok("\(shell) completes from \(Words.shown(path))")
            case .outdated(let path):
                .warning(
                    "\(shell) completes from \(Words.shown(path)), which another version wrote",
                    fix: "enclavia completion \(shell) > '\(Words.shown(path))'")
            case .missing:
                .warning(
                    "\(shell) is here, and has no completion for enclavia",
                    fix: "run `make install`, or install the package; or put the output of"
                        + " `enclavia completion \(shell)` where \(shell) looks for it")
            }
        }
    }
}
