import EnclaviaCore

/// Text that is cut to a number of terminal cells, with an ellipsis in place of what was cut.
package enum CutText {
    private static let ellipsis = "…"

    /// The beginning of `text`.
    package static func end(of text: String, to width: Int) -> String {
        TerminalText.width(text) <= width ? text : beginning(of: text, to: width - 1) + ellipsis
    }

    /// An image's name without its beginning, but with its tag: `…ng-name:v1`. If the tag alone is too long, the
    /// beginning of the name and the end of the tag: `alice/…-20261117`.
    package static func name(_ text: String, to width: Int) -> String {
        guard TerminalText.width(text) > width else { return text }
        let colon = text.lastIndex(of: ":") ?? text.endIndex
        let head = String(text[..<colon])
        let tail = String(text[colon...])
        guard !tail.isEmpty else { return end(of: text, to: width) }
        // Where both are too long, the name gets a third.
        let least = min(TerminalText.width(head), (width - 1) / 3)
        guard TerminalText.width(tail) > width - 1 - least else {
            return ellipsis + suffix(text, width - 1)
        }
        let end = suffix(tail, width - 1 - least)
        return beginning(of: head, to: width - 1 - TerminalText.width(end)) + ellipsis + end
    }

    /// The characters that fit into `width` cells, without an ellipsis; for hexadecimal digits, of which a
    /// prefix is enough.
    package static func beginning(of text: String, to width: Int) -> String {
        guard TerminalText.width(text) > width else { return text }
        var left = width
        return String(text.prefix { take($0, from: &left) })
    }

    private static func suffix(_ text: String, _ width: Int) -> String {
        var left = width
        return String(String(text.reversed().prefix { take($0, from: &left) }).reversed())
    }

    private static func take(_ character: Character, from left: inout Int) -> Bool {
        left -= TerminalText.width(String(character))
        return left >= 0
    }
}
