/// What a label's key and value may be.
package enum LabelGrammar {
    /// The longest key, in bytes.
    package static let keyLimit = 128
    /// The longest value, in bytes.
    package static let valueLimit = 1024

    /// Whether `key` is made of letters, digits, `.`, `_`, `-` and `/`.
    package static func isKey(_ key: String) -> Bool {
        (1...keyLimit).contains(key.utf8.count)
            && key.utf8.allSatisfy { ReferenceGrammar.isWord($0) || ".-/".utf8.contains($0) }
    }

    /// Whether `value` is short enough, and has no control or bidirectional characters.
    package static func isValue(_ value: String) -> Bool {
        value.utf8.count <= valueLimit
            && !value.unicodeScalars.contains(where: TerminalText.isUnsafe)
    }

    package static func isSound(key: String, value: String) -> Bool {
        isKey(key) && isValue(value)
    }
}
