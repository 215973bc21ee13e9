/// A text with the names of fields in it: `{reference}\t{notify_outcome}`.
///
/// `\t`, `\n`, `\r` and `\\` mean what they mean in C; `{{` and `}}` are braces. It is read by Unicode scalars: a
/// combining mark after a brace is not a part of the brace.
package struct TemplateText: Hashable, Sendable {
    package enum Piece: Hashable, Sendable {
        case literal(String)
        /// A field, by its name, which may be unknown.
        case field(String)
    }

    package let pieces: [Piece]

    /// - Throws: the first part of `text` that breaks the grammar.
    package init(_ text: String) throws(TemplateError) {
        var pieces: [Piece] = []
        var literal = String.UnicodeScalarView()
        var rest = Substring(text).unicodeScalars
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\\":
                literal.append(try Self.escape(&rest))
            case "{" where rest.first == "{", "}" where rest.first == "}":
                rest.removeFirst()
                literal.append(scalar)
            case "{":
                if !literal.isEmpty { pieces.append(.literal(String(literal))) }
                literal = String.UnicodeScalarView()
                pieces.append(.field(try Self.field(&rest)))
            default:
                literal.append(scalar)
            }
        }
        if !literal.isEmpty { pieces.append(.literal(String(literal))) }
        guard !pieces.isEmpty else { throw .empty }
        self.pieces = pieces
    }

    private static func escape(
        _ rest: inout Substring.UnicodeScalarView
    ) throws(TemplateError) -> Unicode.Scalar {
        switch rest.popFirst() {
        case "t": return "\t"
        case "n": return "\n"
        case "r": return "\r"
        case "\\": return "\\"
        case let other?: throw .unknownEscape("\\\(other)")
        case nil: throw .unknownEscape("\\")
        }
    }

    private static func field(
        _ rest: inout Substring.UnicodeScalarView
    ) throws(TemplateError) -> String {
        guard let end = rest.firstIndex(of: "}") else { throw .unclosed("{\(Substring(rest))") }
        let name = String(rest[..<end])
        rest = rest[rest.index(after: end)...]
        return name
    }
}

/// The part of a template that breaks its grammar.
package enum TemplateError: Error, Hashable, Sendable {
    case empty
    case unknownField(String)
    /// A brace that is never closed, and what follows it.
    case unclosed(String)
    case unknownEscape(String)
}
