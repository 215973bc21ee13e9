/// A command as completion knows it: its verbs, options and operands, and what values those take.
///
/// A test generates the only instance from the parser's own description, so that completion does not use the
/// parser, and the two cannot differ.
package struct CommandTree: Sendable {
    package let name: String
    package let summary: String
    /// Its own options, without those of the root.
    package var options: [CommandOption] = []
    package var operands: [CommandOperand] = []
    package var verbs: [CommandTree] = []
    /// Groups of options, and of operands as `<name>`, of which the command takes one.
    package var exclusive: [[String]] = []
    /// The default subcommand; `nil` where there is none.
    package var defaultVerb: String? = nil

    package func verb(_ name: String) -> CommandTree? {
        verbs.first { $0.name == name }
    }
}

extension CommandTree {
    /// The parser's own subcommand, which takes the names of commands; the parser's description omits it.
    package static let help = CommandTree(name: "help", summary: "Show help for a command.")
}

/// An option or a flag.
package struct CommandOption: Sendable {
    /// Every spelling, dashes included, the preferred one first.
    package let names: [String]
    package let summary: String
    /// What its value is; `nil` for a flag.
    package var value: ValueKind? = nil
    package var repeats = false
    /// Whether the command requires it.
    package var isRequired = false
}

/// A positional argument.
package struct CommandOperand: Sendable {
    package let name: String
    package let value: ValueKind
    package var repeats = false
    package var isOptional = false
}
