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
            value = expected[operands.count].value
        } else if let last = expected.last, last.repeats {
            value = last.value
            taken = Array(operands.dropFirst(expected.count - 1))
        } else if verbs.isEmpty, prefix.isEmpty, !isPastOptions {
            options = available
        }
    }

    private var isAtRoot: Bool { command.name == root.name && operands.isEmpty && !isHelp }

    private mutating func enterDefaultVerb() {
        if isHelp { return }
        if let name = command.defaultVerb, let verb = command.verb(name) { command = verb }
    }

    /// The options that may still be given here.
    private var available: [CommandOption] {
        visible.filter { $0.repeats || given[$0.names[0]] == nil }
    }

    private var visible: [CommandOption] {
        let fallback = command.defaultVerb.flatMap { command.verb($0) }?.options ?? []
        let isRoot = command.name == root.name
        if isHelp { return [] }
        return command.options + fallback + (isRoot ? [] : root.options)
    }

    private func option(_ name: String) -> CommandOption? {
        visible.first { $0.names.contains(name) }
    }
}

/// A destination that is being typed.
struct PartialDestination {
    let owner: String?
    let repository: String
    let tag: String?
    /// What stands before the part that is being typed.
    let lead: String

    init(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let name = (parts.last ?? "").split(
            separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        owner = parts.count == 2 ? String(parts[0]) : nil
        repository = String(name[0])
        tag = name.count == 2 ? String(name[1]) : nil
        let ownerLead = owner.map { $0 + "/" } ?? ""
        lead = tag == nil ? ownerLead : "\(ownerLead)\(repository):"
    }
}
