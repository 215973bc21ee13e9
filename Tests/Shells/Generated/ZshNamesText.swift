/// Writes the part of the zsh script that names its groups.
struct ZshNamesText {
    private var verbs: [String] = []
    private var operands: [(verb: String, names: [String])] = []
    private var valued: [String] = []

    init(_ root: ParserDescription.Command) {
        add(root, path: "")
        // The parser's own verb, which takes the names of verbs.
        verbs.append("help")
        operands.append(("help", ["verb"]))
    }

    private mutating func add(_ command: ParserDescription.Command, path: String) {
        for option in command.options where option.kind == .option {
            for name in option.spellings where !valued.contains(name) { valued.append(name) }
        }
        var names = command.operands.compactMap(\.valueName)
        if let verb = command.verbs.first(where: { $0.commandName == command.defaultSubcommand }) {
            names = verb.operands.compactMap(\.valueName)
        }
        if !names.isEmpty { operands.append((path.isEmpty ? command.commandName : path, names)) }
        for verb in command.verbs {
            let inner = path.isEmpty ? verb.commandName : "\(path) \(verb.commandName)"
            verbs.append(inner)
            add(verb, path: inner)
        }
    }

    var text: String {
        var lines = ["verbs=("]
        lines += verbs.map { "    '\($0)'" } + [")", "valued=("]
        lines += valued.map { "    \($0)" } + [")", "operands=("]
        lines += operands.map { "    '\($0.verb)' '\($0.names.joined(separator: " "))'" } + [")"]
        return lines.map { "    \($0)\n" }.joined()
    }
}
