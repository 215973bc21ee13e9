/// A command as completion knows it: its verbs, options and operands, and what values those take.
///
/// The one instance is written out by a test from the parser's own description, so that a TAB need
/// not wake the parser, and so that the two cannot drift apart.
package struct CommandTree: Sendable {
    package let name: String
    package let summary: String
    /// Its own options, without those of the root.
    package var options: [CommandOption] = []
    package var operands: [CommandOperand] = []
    package var verbs: [CommandTree] = []
    /// The verb that is meant where none is typed.
    package var defaultVerb: String? = nil

    package func verb(_ name: String) -> CommandTree? {
        verbs.first { $0.name == name }
    }
}

/// An option or a flag.
package struct CommandOption: Sendable {
    /// Every spelling, dashes included, the preferred one first.
    package let names: [String]
    package let summary: String
    /// What its value is; `nil` for a flag.
    package var value: ValueKind? = nil
    package var repeats = false
}

/// A word that is meant by its position.
package struct CommandOperand: Sendable {
    package let name: String
    package let value: ValueKind
    package var repeats = false
}

/// What a value is, and so where its candidates come from.
package enum ValueKind: Hashable, Sendable {
    /// One of these words; a word that ends in a colon goes on.
    case words([String])
    /// An image of the engine.
    case localImage
    /// `<repo>:<tag>`, offered one half after the other.
    case destination
    /// What `history list` matches: a repository, then a repository with a tag.
    case glob
    case repository
    case tag
    case digest
    /// A push's id, or a digest where one is being typed.
    case push
    /// `KEY=VALUE`, offered one half after the other.
    case label
    case enclave
    case time
    case file
    /// Nothing that could be known beforehand.
    case free
}
