import EnclaviaSystem

/// What the program must know of a command line before it is parsed, and where it cannot be parsed.
package struct Invocation: Hashable, Sendable {
    /// The words after the program's name.
    package let arguments: [String]
    /// `--json`, in any position before `--`.
    package let wantsJSON: Bool
    package let color: ColorChoice

    package init(_ arguments: [String]) {
        self.arguments = arguments
        let words = arguments.prefix { $0 != "--" }
        wantsJSON =
            words.contains("--json") || Self.value(of: "--format", in: words) == "json"
        color = Self.value(of: "--color", in: words).flatMap(ColorChoice.init) ?? .auto
    }

    /// Whether `verb` directly follows its group on the command line; the options of every command are skipped.
    package func names(_ verb: String, of group: String) -> Bool {
        var words = arguments.drop { $0 != group }.dropFirst()
        while let word = words.popFirst() {
            if word == "--color" {
                words = words.dropFirst()
            } else if word != "--json", !word.hasPrefix("--color=") {
                return word == verb
            }
        }
        return false
    }

    private static func value(of option: String, in words: ArraySlice<String>) -> String? {
        for (word, next) in zip(words, words.dropFirst().map(Optional.some) + [nil]).reversed() {
            if word == option { return next }
            if word.hasPrefix(option + "=") { return String(word.dropFirst(option.count + 1)) }
        }
        return nil
    }
}
