import EnclaviaCompletion

/// Checks a command line that the parser rejected against the command tree, to find what is wrong with it.
///
/// The parser's own errors are not public, and its messages consider one command only.
struct CommandLineReading {
    /// An option that was given with its value.
    private struct Given {
        let option: CommandOption
        let name: String
        let value: String
        /// The indices of its words.
        let words: Range<Int>
    }

    private let root: CommandTree
    private let words: [String]
    private var command: CommandTree
    private var path: [String]
    private var operands: [String] = []
    /// The options that were given, by their first names.
    private var seen: Set<String> = []
    private var given: [Given] = []
    private var isPastOptions = false
    private var index = 0
    private var fault: CommandLineError?

    /// - Parameter words: the words after the program's name.
    init(_ words: [String], tree: CommandTree = .enclavia) {
        root = tree
        self.words = words
        command = tree
        path = [tree.name]
        while fault == nil, index < words.count {
            read(words[index])
            index += 1
        }
        if fault == nil { fault = missing() }
    }

    /// The first thing that is wrong.
    ///
    /// - Parameters:
    ///   - sentence: the parser's own message, for errors that the tree does not explain.
    ///   - parses: whether the parser accepts a command line.
    func error(_ sentence: String, parses: ([String]) -> Bool) -> CommandLineError {
        fault ?? badOption(parses) ?? badOperand() ?? .other(sentence, usage)
    }

    /// The error for a word after `help` that is not a command. The parser shows the help of the command before
    /// it.
    static func unknownTopic(
        of words: [String], tree: CommandTree = .enclavia
    ) -> CommandLineError? {
        guard let help = words.firstIndex(of: CommandTree.help.name),
            words[..<help].indices.allSatisfy({ index in
                words[index].hasPrefix("-") || index > 0 && words[index - 1] == "--color"
            })
        else { return nil }
        var (command, path) = (tree, [tree.name])
        for name in words[(help + 1)...].prefix(while: { !$0.hasPrefix("-") }) {
            guard let verb = command.verb(name) else {
                guard !command.verbs.isEmpty else { return nil }
                let advice = CommandAdvice(for: name, in: command, at: path, of: tree)
                return .unknownCommand(name, path: path, advice: advice)
            }
            command = verb
            path.append(name)
        }
        return nil
    }

    /// The group that was named without one of its commands.
    var group: [String] { path }

    private var usage: CommandUsage { CommandUsage(command, path: path) }

    private mutating func read(_ word: String) {
        if word == "--", !isPastOptions {
            isPastOptions = true
        } else if word.hasPrefix("-"), word != "-", !isPastOptions {
            readOption(word)
        } else if operands.isEmpty, let verb = command.verb(word) {
            enter(verb)
        } else {
            if let name = command.defaultVerb, let verb = command.verb(name) { enter(verb) }
            readOperand(word)
        }
    }

    private mutating func enter(_ verb: CommandTree) {
        command = verb
        path.append(verb.name)
    }

    private mutating func readOperand(_ word: String) {
        guard command.verbs.isEmpty else {
            let advice = CommandAdvice(for: word, in: command, at: path, of: root)
            fault = .unknownCommand(word, path: path, advice: advice)
            return
        }
        operands.append(word)
        guard operands.count > command.operands.count, command.operands.last?.repeats != true else {
            return
        }
        fault = .unexpectedArgument(word, usage)
    }

    private mutating func readOption(_ word: String) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        let inline = parts.count == 2 ? String(parts[1]) : nil
        guard let option = option(name) else {
            // Flags of one letter may stand together.
            let isCluster =
                !name.hasPrefix("--") && name.dropFirst().allSatisfy { option("-\($0)") != nil }
            guard !isCluster else { return }
            let line = OptionAdvice.Line(
                path: path, options: visible, rest: Array(words[(index + 1)...]), root: root)
            fault = .unknownOption(name, usage, advice: OptionAdvice(for: name, in: line))
            return
        }
        seen.insert(option.names[0])
        if option.value == nil {
            if inline != nil { fault = .unexpectedValue(flag: name, usage) }
        } else if let inline {
            guard !inline.isEmpty else {
                fault = .missingValue(option: name, usage)
                return
            }
            given.append(
                Given(option: option, name: name, value: inline, words: index..<(index + 1)))
        } else {
            readValue(of: option, name)
        }
    }

    /// The next word is the value, unless it looks like an option.
    private mutating func readValue(of option: CommandOption, _ name: String) {
        guard index + 1 < words.count, words[index + 1] == "-" || !words[index + 1].hasPrefix("-")
        else {
            fault = .missingValue(option: name, usage)
            return
        }
        given.append(
            Given(option: option, name: name, value: words[index + 1], words: index..<(index + 2)))
        index += 1
    }

    private var visible: [CommandOption] {
        let fallback = command.defaultVerb.flatMap { command.verb($0) }?.options ?? []
        return command.options + fallback + (path.count == 1 ? [] : root.options)
    }

    private func option(_ name: String) -> CommandOption? {
        visible.first { $0.names.contains(name) }
    }

    /// The error for the first operand, else option, that is required and missing.
    private func missing() -> CommandLineError? {
        if !command.verbs.isEmpty, command.defaultVerb == nil { return nil }
        if let operand = command.operands.dropFirst(operands.count).first, !operand.isOptional {
            return .missingArgument(operand.name, usage)
        }
        let absent = command.options.first { $0.isRequired && !seen.contains($0.names[0]) }
        return absent.map { .missingOption($0.names[0], usage) }
    }

    /// The error for the first option whose value the parser rejects: it accepts the line without optional
    /// options, but not with this one alone.
    private func badOption(_ parses: ([String]) -> Bool) -> CommandLineError? {
        func isTaken(keeping kept: Given?) -> Bool {
            let removable = given.filter { !$0.option.isRequired && $0.words != kept?.words }
            let removed = Set(removable.flatMap(\.words))
            return parses(words.indices.filter { !removed.contains($0) }.map { words[$0] })
        }
        guard isTaken(keeping: nil), let bad = given.first(where: { !isTaken(keeping: $0) }) else {
            return nil
        }
        var allowed: [String] = []
        if case .words(let words)? = bad.option.value { allowed = words }
        return .badValue(
            bad.value, of: bad.name, allowed: allowed, summary: bad.option.summary)
    }

    private func badOperand() -> CommandLineError? {
        for (value, operand) in zip(operands, command.operands) {
            if case .words(let allowed) = operand.value, !allowed.contains(value) {
                return .badValue(value, of: "<\(operand.name)>", allowed: allowed, summary: "")
            }
        }
        return nil
    }
}
