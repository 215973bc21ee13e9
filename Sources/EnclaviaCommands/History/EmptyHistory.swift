import EnclaviaCore

// The messages for an empty list or count.

extension CommandContext {
    /// Says on standard error that a list or a count is empty, and whether the whole history is.
    ///
    /// - Parameter history: `nil` where pushes of a server were listed or counted.
    func logNoMatch(matches glob: String? = nil, in history: (any History)?) throws {
        if let summary = try history?.summary(), summary.pushes == 0, summary.spooled == 0 {
            console.log("no pushes are recorded yet")
            return
        }
        console.log("no push matches" + (glob.map { " \($0.quoted)" } ?? ""))
    }

    /// Suggests a subcommand where a glob has matched nothing, but is close to the name of one.
    ///
    /// - Returns: whether it printed a suggestion.
    func suggestSubcommand(_ glob: String) -> Bool {
        guard !invocation.names("list", of: "history"), glob.utf8.count >= 3 else { return false }
        let verbs = HistoryGroup.configuration.subcommands.compactMap {
            $0.configuration.commandName
        }
        let distances = verbs.map { ($0, EditDistance.between(glob, $0)) }
        guard let (verb, distance) = distances.min(by: { $0.1 < $1.1 }),
            distance <= max(1, verb.utf8.count / 4)
        else { return false }
        console.log(
            "no push matches \(glob.quoted): did you mean `enclavia history \(verb)`?")
        return true
    }
}
