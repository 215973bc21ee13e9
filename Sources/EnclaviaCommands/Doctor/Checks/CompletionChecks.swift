import EnclaviaCore

extension DoctorCheck {
    /// The package installs the scripts of all shells, so all missing ones are one finding, and so are all
    /// outdated ones.
    static let completion = DoctorCheck(
        "completion",
        "Whether a new interactive shell of each kind that is installed loads this version's completion script."
    ) { machine in
        var (findings, missing, nested): ([DoctorFinding], [String], [String]) = ([], [], [])
        var outdated: [CompletionMessages.Outdated] = []
        for completion in machine.completions {
            switch completion.state {
            case .missing: missing.append(completion.shell)
            case .unknown(.nested): nested.append(completion.shell)
            case .outdated(let path?, let isReplaceable):
                outdated.append(
                    CompletionMessages.Outdated(
                        shell: completion.shell, path: path, isReplaceable: isReplaceable))
            default: findings.append(CompletionMessages.finding(completion))
            }
        }
        if !outdated.isEmpty { findings.append(CompletionMessages.finding(outdated: outdated)) }
        if !missing.isEmpty { findings.append(CompletionMessages.finding(missing: missing)) }
        if !nested.isEmpty { findings.append(CompletionMessages.finding(nested: nested)) }
        return findings
    }
}
