import EnclaviaCore

/// The parts of messages and tables.
package enum MessageText {
    /// The last line of a program's output that is not blank.
    static func lastLine(_ output: String) -> String {
        let lines = output.split(whereSeparator: \.isNewline)
        let last = lines.last { !$0.allSatisfy(\.isWhitespace) }
        return last.map { $0.printable } ?? "it printed nothing"
    }

    /// `12 s`, `0.4 s`, `3 min 5 s`.
    package static func time(milliseconds: Int64) -> String {
        let tenths = max(0, milliseconds) / 100
        return switch tenths {
        case ..<100: "\(tenths / 10).\(tenths % 10) s"
        case ..<1200: "\(tenths / 10) s"
        default: "\(tenths / 600) min \(tenths / 10 % 60) s"
        }
    }

    /// The first 12 digits of a digest, as messages show it.
    static func short(_ digest: Digest) -> String { String(digest.hex.prefix(12)) }

    /// The end of a push's id, by which commands find it.
    static func short(_ push: PushID) -> String { String(push.text.suffix(8)) }

    static func pushes(_ number: Int) -> String { count(number, "push", "pushes") }
    static func events(_ number: Int) -> String { count(number, "event", "events") }

    /// A number and its noun, in the singular for one.
    static func count(_ number: Int, _ one: String, _ many: String) -> String {
        "\(number) \(number == 1 ? one : many)"
    }

    /// `a`, `a or b`, `a, b or c`.
    static func list(_ words: [String], _ conjunction: String = "or") -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " \(conjunction) \(last)"
    }
}

extension StringProtocol {
    /// The text between quotation marks, printable as ``printable(limit:)`` makes it.
    var quoted: String { "\"\(printable)\"" }

    /// The text, printable as ``printable(limit:)`` makes it.
    var printable: String { printable(limit: 256) }

    /// Text from outside, with everything escaped that a terminal would interpret.
    ///
    /// - Parameter limit: the most characters that are kept; an ellipsis stands for more.
    func printable(limit: Int) -> String {
        let cut = prefix(limit)
        return TerminalText.escape(cut) + (cut.endIndex < endIndex ? "…" : "")
    }
}
