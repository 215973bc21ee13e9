import EnclaviaCore

/// What messages and tables are put together from.
package enum MessageText {
    /// The last line of a program's output that says something.
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

    /// As much of a digest as prose has: 12 digits.
    static func short(_ digest: Digest) -> String { String(digest.hex.prefix(12)) }

    /// The end of a push's id, by which it can be named.
    static func short(_ push: PushID) -> String { String(push.text.suffix(8)) }

    static func pushes(_ number: Int) -> String { count(number, "push", "pushes") }
    static func events(_ number: Int) -> String { count(number, "event", "events") }

    /// A number of things, in the singular where there is one.
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

    /// Text from outside with what a terminal would act on escaped.
    ///
    /// - Parameter limit: the most characters that are kept; an ellipsis stands for more.
    func printable(limit: Int) -> String {
        let cut = prefix(limit)
        return TerminalText.escape(cut) + (cut.endIndex < endIndex ? "…" : "")
    }
}
