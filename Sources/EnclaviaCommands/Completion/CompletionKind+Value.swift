import ArgumentParser
import EnclaviaCompletion

extension CompletionKind {
    /// Declares what a value is: the command tree takes it from the parser's description.
    ///
    /// The parser's own completion scripts would run the text as a command, where `:` does nothing.
    static func value(_ kind: ValueKind) -> CompletionKind { .shellCommand(": \(kind)") }
}
