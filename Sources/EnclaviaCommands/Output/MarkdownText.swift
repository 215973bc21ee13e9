import EnclaviaCore

/// Text from outside as GitHub-flavoured Markdown that shows the text itself, in one line: in a paragraph, a list item
/// or a cell of a table.
///
/// Source: <https://github.github.com/gfm/>.
package enum MarkdownText {
    /// The text in the font of its surroundings, but that a text in which GitHub or GitLab would find a link, a mention
    /// or an emoji, which backslashes do not prevent, is shown as ``code(_:)``.
    package static func escape(_ text: String) -> String {
        let shown = TerminalText.escape(text)
        return isReadByHosts(shown) && canBeCode(shown) ? span(shown) : escaped(shown)
    }

    /// Words of this program, in which GitHub and GitLab find nothing of their own.
    package static func words(_ text: String) -> String { escaped(TerminalText.escape(text)) }

    /// The text in a font of fixed width, if that can show it.
    package static func code(_ text: String) -> String {
        let shown = TerminalText.escape(text)
        return canBeCode(shown) ? span(shown) : escaped(shown)
    }

    /// The text as a link, or the text alone where the address is not one of a page (``SecureAddress``).
    package static func link(_ text: String, _ address: String) -> String {
        guard let address = SecureAddress(address) else { return escape(text) }
        return "[\(escaped(TerminalText.escape(text)))](<\(address.text)>)"
    }

    /// A table of `cells`, which are Markdown already, and end with a line feed.
    package static func row(_ cells: [String]) -> String {
        "| \(cells.joined(separator: " | ")) |\n"
    }

    /// The line between the header of a table and its rows.
    ///
    /// - Parameter isNumber: for each column, whether it is aligned at its end.
    package static func delimiter(_ isNumber: [Bool]) -> String {
        row(isNumber.map { $0 ? "---:" : "---" })
    }

    /// A table splits its rows at every `|`, and only a backslash, which code would show, prevents that.
    private static func canBeCode(_ text: String) -> Bool {
        text.utf8.contains { $0 != UInt8(ascii: " ") } && !text.utf8.contains(UInt8(ascii: "|"))
    }

    /// Whether GitHub or GitLab may find an address, a mention, the number of an issue, or an emoji such as `:+1:`.
    private static func isReadByHosts(_ text: String) -> Bool {
        let bytes = text.utf8
        if bytes.contains(where: { $0 == UInt8(ascii: "@") || $0 == UInt8(ascii: "#") }) {
            return true
        }
        let folded = text.lowercased()
        if folded.contains("://") || folded.contains("www.") { return true }
        return bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            .dropFirst().dropLast().contains { !$0.isEmpty && $0.allSatisfy(isOfEmoji) }
    }

    private static func isOfEmoji(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "+"),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// A code span, whose delimiters are longer than any run of backticks in it (GFM, 6.3).
    private static func span(_ text: String) -> String {
        var longest = 0
        var run = 0
        for byte in text.utf8 {
            run = byte == backtick ? run + 1 : 0
            longest = max(longest, run)
        }
        let fence = String(repeating: "`", count: longest + 1)
        let ends = [text.utf8.first, text.utf8.last]
        let needsPadding =
            ends.contains(backtick) || ends.contains(UInt8(ascii: " "))
        return needsPadding ? "\(fence) \(text) \(fence)" : fence + text + fence
    }

    private static let backtick = UInt8(ascii: "`")

    private static func escaped(_ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        var result = String.UnicodeScalarView()
        // "1." or "1)" would begin a list.
        let digits = scalars.prefix { ("0"..."9").contains($0) }.count
        for (place, scalar) in scalars.enumerated() {
            let isEdge = place == 0 || place == scalars.count - 1
            switch scalar {
            // White space at an edge is dropped otherwise, and four spaces begin a code block.
            case " " where isEdge: result.append(contentsOf: "&#32;".unicodeScalars)
            case "+", "-", "=", "#":
                if place == 0 { result.append("\\") }
                result.append(scalar)
            case ".", ")":
                // Only before white space, or at the end.
                let isMarker = digits > 0 && place == digits
                if isMarker, isEdge || scalars.dropFirst(place + 1).first == " " {
                    result.append("\\")
                }
                result.append(scalar)
            default:
                if special.contains(scalar) { result.append("\\") }
                result.append(scalar)
            }
        }
        return String(result)
    }

    /// What begins or ends something inside of a line; `$` is mathematics on GitHub.
    private static let special = Set("\\`*_[]<>|~&$!".unicodeScalars)
}
