import ArgumentParser

/// A command line to copy, and what it does.
package struct Example: Sendable {
    /// The whole command line, which parses as it is written.
    package let words: String
    /// What it does, in the imperative and in lower case.
    package let purpose: String

    init(_ words: String, _ purpose: String) {
        self.words = words
        self.purpose = purpose
    }
}

/// A command or a group whose help begins with examples.
package protocol DocumentedCommand: ParsableCommand {
    /// One to three, the most common one first.
    static var examples: [Example] { get }
}

extension [Example] {
    /// The text between a command's summary and its usage: the examples, a line each, then the prose.
    ///
    /// The parser wraps a line of 80 columns or more, so each is shorter.
    func help(then prose: String = "") -> String {
        let width = map(\.words.count).max() ?? 0
        let lines = map { example in
            let space = String(repeating: " ", count: width - example.words.count + 2)
            return "  \(example.words)\(space)\(example.purpose)"
        }
        return (["EXAMPLES:"] + lines).joined(separator: "\n")
            + (prose.isEmpty ? "" : "\n\n\(prose)")
    }
}

/// The text of `--help`, `help` and `--version`.
enum Help {
    /// Narrower than this, the parser's lists leave no room for their second column.
    private static let leastColumns = 40

    /// What the parser prints instead of parsing.
    static func text(for error: any Error, columns: Int) -> String {
        let columns = max(columns, leastColumns)
        let text = Enclavia.fullMessage(for: error, columns: columns)
        guard text.hasPrefix("OVERVIEW: ") else { return text }
        // The parser does not say whose help it is.
        let isOfHistory =
            text == Enclavia.helpMessage(for: HistoryGroup.self, columns: columns)
        return wrapped(isOfHistory ? HistoryHelp.helpMessage(columns: columns) : text, columns)
    }

    /// Wraps the usage, which the parser leaves in one line, between its arguments.
    private static func wrapped(_ text: String, _ columns: Int) -> String {
        let mark = "USAGE: "
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
            guard line.hasPrefix(mark), line.count > columns else { return [String(line)] }
            return wrapped(
                arguments(of: line.dropFirst(mark.count)), first: mark, columns: columns)
        }
        return lines.joined(separator: "\n")
    }

    private static func wrapped(
        _ words: [String], first: String, columns: Int
    ) -> [String] {
        let indent = String(repeating: " ", count: first.count)
        var lines: [String] = []
        var line = first
        for word in words {
            if line.count + word.count > columns, line.count > first.count {
                lines.append(String(line.dropLast()))
                line = indent
            }
            line += word + " "
        }
        return lines + [String(line.dropLast())]
    }

    /// The arguments of a usage; what is in brackets is one argument.
    private static func arguments(of usage: Substring) -> [String] {
        var depth = 0
        var words = [""]
        for character in usage {
            if "[<".contains(character) { depth += 1 }
            if "]>".contains(character) { depth -= 1 }
            if character == " ", depth == 0 {
                words.append("")
            } else {
                words[words.count - 1].append(character)
            }
        }
        return words
    }
}

/// The help of `history`: that of `list`, its default subcommand, and the subcommands of the group. The parser
/// shows a group without the options of its default subcommand.
///
/// Source: <https://github.com/apple/swift-argument-parser/issues/143>.
private struct HistoryHelp: ParsableCommand {
    static let configuration: CommandConfiguration = {
        var configuration = HistoryGroup.configuration
        configuration._superCommandName = Enclavia.configuration.commandName
        configuration.version = enclaviaVersion
        return configuration
    }()

    @OptionGroup var list: HistoryList
}
