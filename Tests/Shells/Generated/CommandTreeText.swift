/// Writes the Swift text of the command tree.
struct CommandTreeText {
    private let root: ParserDescription.Command
    private let rootNames: Set<[String]>
    /// The values that are declared without a completion kind, as `verb --option`.
    private(set) var unknown: [String] = []

    init(_ root: ParserDescription.Command) {
        self.root = root
        rootNames = Set(root.options.map(\.spellings))
    }

    mutating func text() -> String {
        """
        // swift-format-ignore-file
        // Written by `make completions` from the parser's own description.

        extension CommandTree {
            /// The command line of this program.
            package static let enclavia = \(command(root, path: "", indent: 1))
        }

        """
    }

    private mutating func command(
        _ command: ParserDescription.Command, path: String, indent: Int
    ) -> String {
        let path = path.isEmpty ? command.commandName : "\(path) \(command.commandName)"
        let isRoot = indent == 1
        var parts = ["name: \(quoted(command.commandName)), summary: \(quoted(command.abstract))"]
        let options = command.options.filter { isRoot || !rootNames.contains($0.spellings) }
        parts += list("options", options.map { option($0, path) }, indent)
        parts += list("operands", command.operands.map { operand($0, path) }, indent)
        var verbs: [String] = []
        for verb in command.verbs {
            verbs.append(self.command(verb, path: path, indent: indent + 2))
        }
        parts += list("verbs", verbs, indent)
        let exclusive = ExclusiveOptions.groups(of: path)
        let groups = exclusive.map { "[\($0.map { quoted($0) }.joined(separator: ", "))]" }
        parts += list("exclusive", groups, indent)
        if let verb = command.defaultSubcommand { parts.append("defaultVerb: \(quoted(verb))") }
        let space = String(repeating: "    ", count: indent + 1)
        return "CommandTree(\n" + parts.map { space + $0 }.joined(separator: ",\n") + ")"
    }

    private func list(_ name: String, _ items: [String], _ indent: Int) -> [String] {
        guard !items.isEmpty else { return [] }
        let space = String(repeating: "    ", count: indent + 2)
        return [
            "\(name): [\n" + items.map { "\(space)\($0),\n" }.joined() + space.dropLast(4) + "]"
        ]
    }

    private mutating func option(
        _ argument: ParserDescription.Argument, _ path: String
    ) -> String {
        let names = argument.spellings.map { quoted($0) }.joined(separator: ", ")
        var text = "CommandOption(names: [\(names)], summary: \(quoted(argument.abstract))"
        if argument.kind == .option { text += ", value: \(kind(argument, path))" }
        if argument.isRepeating { text += ", repeats: true" }
        let isRequired = argument.kind == .option && !argument.isOptional
        return text + (isRequired ? ", isRequired: true)" : ")")
    }

    private mutating func operand(
        _ argument: ParserDescription.Argument, _ path: String
    ) -> String {
        var text =
            "CommandOperand(name: \(quoted(argument.valueName)), value: \(kind(argument, path))"
        if argument.isRepeating { text += ", repeats: true" }
        return text + (argument.isOptional ? ", isOptional: true)" : ")")
    }

    private mutating func kind(_ argument: ParserDescription.Argument, _ path: String) -> String {
        if let kind = argument.valueKind { return kind }
        unknown.append("\(path) \(argument.spellings.first ?? argument.valueName ?? "")")
        return ".free"
    }

    private func quoted(_ text: String?) -> String {
        let text = (text ?? "").replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return "\"\(text)\""
    }
}
