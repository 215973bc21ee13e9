import EnclaviaCompletion

/// What is wrong with a command line that does not parse.
package enum CommandLineError: Error, Hashable, Sendable {
    /// A word that is not a command of the group at `path`, which begins with the program's name.
    case unknownCommand(String, path: [String], advice: CommandAdvice?)
    /// A group without one of its commands.
    case missingCommand(path: [String])
    /// An option that the command does not have, as it was typed, without its value.
    case unknownOption(String, CommandUsage, advice: OptionAdvice?)
    case missingOption(String, CommandUsage)
    case missingArgument(String, CommandUsage)
    case unexpectedArgument(String, CommandUsage)
    /// An option without its value.
    case missingValue(option: String, CommandUsage)
    /// A flag with a value.
    case unexpectedValue(flag: String, CommandUsage)
    /// An option, or an argument, that does not take this value. `allowed` is empty where its values cannot be
    /// listed; `summary` says what they are then.
    case badValue(String, of: String, allowed: [String], summary: String)
    /// An error that the command tree does not explain, in the parser's own sentence.
    case other(String, CommandUsage)
}

/// How one command is used: its path, the program's name first, and what must or may follow it.
package struct CommandUsage: Hashable, Sendable {
    package let path: [String]
    package let text: String

    init(_ command: CommandTree, path: [String]) {
        self.path = path
        var parts = path
        if command.options.contains(where: { !$0.isRequired }) || path.count > 1 {
            parts.append("[options]")
        }
        for option in command.options where option.isRequired {
            parts.append("\(option.names[0]) <\(option.names[0].drop { $0 == "-" })>")
        }
        for operand in command.operands {
            let name = "<\(operand.name)>" + (operand.repeats ? "..." : "")
            parts.append(operand.isOptional ? "[\(name)]" : name)
        }
        if !command.verbs.isEmpty { parts.append("<command>") }
        text = parts.joined(separator: " ")
    }
}
