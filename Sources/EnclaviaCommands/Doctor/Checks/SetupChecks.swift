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

    /// The package installs the scripts of all shells, so all missing ones are one finding, and so are all
    /// outdated ones.
    static let completion = DoctorCheck(
        "completion", "Whether each installed shell uses this version's completion script."
    ) { machine in
        var (findings, missing): ([DoctorFinding], [String]) = ([], [])
        var outdated: [(shell: String, path: String)] = []
        for completion in machine.completions {
            switch completion.state {
            case .current(let path):
                findings.append(
                    .ok("\(completion.shell) uses the completion script \(path.printable)"))
            case .outdated(let path): outdated.append((completion.shell, path))
            case .missing: missing.append(completion.shell)
            }
        }
        if !outdated.isEmpty { findings.append(finding(outdated: outdated)) }
        if !missing.isEmpty { findings.append(finding(missing: missing)) }
        return findings
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

    private static func finding(missing shells: [String]) -> DoctorFinding {
        let one = shells.count == 1 ? shells[0] : "SHELL"
        return .warning(
            "\(MessageText.list(shells, "and")) \(shells.count == 1 ? "has" : "have") no completion for enclavia",
            fix: "run `make install`, or install the package; or put the output of"
                + " `enclavia completion \(one)` where \(shells.count == 1 ? one : "each shell") looks for it"
        )
    }

    private static func finding(
        outdated scripts: [(shell: String, path: String)]
    ) -> DoctorFinding {
        let places = scripts.map {
            "\($0.shell) uses the completion script \($0.path.printable)"
        }
        let commands = scripts.map { shell, path in
            "enclavia completion \(shell) > \(MessageText.shellWord(path) ?? "FILE")"
        }
        return .warning(
            "\(MessageText.list(places, "and")), which is from another version",
            fix: commands.joined(separator: " && "))
    }
}
