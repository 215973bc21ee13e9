/// What the last word of a command line can be, according to the words before it.
struct CompletionLine {
    /// The word to complete, without an `--option=` before it.
    private(set) var prefix = ""
    /// Subcommands, where one may follow.
    private(set) var verbs: [CommandTree] = []
    /// Options, where the word begins like one, or nothing else can follow.
    private(set) var options: [CommandOption] = []
    /// The kind of the value.
    private(set) var value: ValueKind?
    /// The earlier values of the same operand, which are not offered again.
    private(set) var taken: [String] = []
    /// The options' values before it, by their preferred name.
    private(set) var given: [String: [String]] = [:]

    private let root: CommandTree
    private var command: CommandTree
    private var operands: [String] = []
    private var pending: CommandOption?
    private var isPastOptions = false
    /// Whether the words follow `help`, and so name a command.
    private var isHelp = false

    /// - Parameter words: the words after the program's name, the last being the one to complete.
    init(_ words: [String], tree: CommandTree) {
        root = tree
        command = tree
        for word in words.dropLast() { read(word) }
        ask(words.last ?? "")
    }

    private mutating func read(_ word: String) {
        if let option = pending {
            given[option.names[0], default: []].append(word)
            pending = nil
        } else if word == "--", !isPastOptions {
            isPastOptions = true
        } else if word.hasPrefix("-"), word != "-", !isPastOptions {
            readOption(word)
        } else if operands.isEmpty, let verb = command.verb(word) {
            command = verb
        } else if operands.isEmpty, word == CommandTree.help.name, isAtRoot {
            isHelp = true
        } else {
            enterDefaultVerb()
            operands.append(word)
        }
    }

    private mutating func readOption(_ word: String) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard let option = option(String(parts[0])) else { return }
        given[option.names[0], default: []] += parts.dropFirst().map(String.init)
        if option.value != nil, parts.count == 1 { pending = option }
    }

    private mutating func ask(_ word: String) {
        prefix = word
        if let option = pending {
            value = option.value
        } else if word.hasPrefix("-"), !isPastOptions {
            askOption(word)
        } else {
            askOperand()
        }
    }

    private mutating func askOption(_ word: String) {
        guard let equals = word.firstIndex(of: "=") else {
            options = available
            return
        }
        prefix = String(word[word.index(after: equals)...])
        value = option(String(word[..<equals]))?.value
    }

    private mutating func askOperand() {
        if operands.isEmpty { verbs = command.verbs }
        if isHelp { return }
        if isAtRoot { verbs.append(.help) }
        enterDefaultVerb()
        let expected = command.operands
        if operands.count < expected.count {
            value = valueIfAllowed(expected[operands.count])
        } else if let last = expected.last, last.repeats {
            value = valueIfAllowed(last)
            taken = Array(operands.dropFirst(expected.count - 1))
        } else if verbs.isEmpty, prefix.isEmpty, !isPastOptions {
            options = available
        }
    }

    private var isAtRoot: Bool { command.name == root.name && operands.isEmpty && !isHelp }

    private mutating func enterDefaultVerb() {
        if isHelp { return }
        if let verb = defaultVerb { command = verb }
    }

    /// The options that may still be given here.
    private var available: [CommandOption] {
        let names = namesGiven
        return visible.filter {
            ($0.repeats || given[$0.names[0]] == nil) && isAllowed($0.names[0], after: names)
        }
    }

    private func valueIfAllowed(_ operand: CommandOperand) -> ValueKind? {
        isAllowed("<\(operand.name)>", after: namesGiven) ? operand.value : nil
    }

    private func isAllowed(_ name: String, after names: Set<String>) -> Bool {
        !(command.exclusive + (defaultVerb?.exclusive ?? [])).contains { group in
            group.contains(name) && group.contains { $0 != name && names.contains($0) }
        }
    }

    /// The options that were given, by their preferred name, and the operands, as `<name>`.
    private var namesGiven: Set<String> {
        let expected = command.operands
        let names = operands.indices.compactMap { index in
            index < expected.count ? expected[index].name : expected.last?.name
        }
        return Set(given.keys).union(names.map { "<\($0)>" })
    }

    private var defaultVerb: CommandTree? { command.defaultVerb.flatMap { command.verb($0) } }

    private var visible: [CommandOption] {
        let fallback = defaultVerb?.options ?? []
        let isRoot = command.name == root.name
        if isHelp { return [] }
        return command.options + fallback + (isRoot ? [] : root.options)
    }

    private func option(_ name: String) -> CommandOption? {
        visible.first { $0.names.contains(name) }
    }
}
