import EnclaviaCore

/// A line with fields in it: `{reference}\t{notify_outcome}`.
///
/// Fields have the flat names of CSV. `\t`, `\n`, `\r` and `\\` mean what they mean in C; `{{` and `}}`
/// are braces. It is read by Unicode scalars: a combining mark after a brace is not a part of the brace.
struct Template {
    enum Piece {
        case literal(String)
        case field(RecordField)
    }

    let pieces: [Piece]

    /// - Throws: the first part of `text` that breaks the grammar.
    init(_ text: String) throws(TemplateError) {
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
    ) throws(TemplateError) -> RecordField {
        guard let end = rest.firstIndex(of: "}") else { throw .unclosed("{\(Substring(rest))") }
        let name = String(rest[..<end])
        rest = rest[rest.index(after: end)...]
        guard let field = RecordField.named(name) else { throw .unknownField(name) }
        return field
    }
}

/// The part of a template that breaks its grammar.
enum TemplateError: Error, Hashable {
    case empty
    case unknownField(String)
    /// A brace that is never closed, and what follows it.
    case unclosed(String)
    case unknownEscape(String)
}

extension ErrorMessages {
    static func explain(_ error: TemplateError) -> UserError {
        let sentence =
            switch error {
            case .empty: "the template is empty"
            case .unknownField(let name): "the template contains the unknown field \(name.quoted)"
            case .unclosed(let rest): "the template contains the unclosed \(rest.quoted)"
            case .unknownEscape(let text):
                "the template contains the unknown escape \(text.quoted): only \\t, \\n, \\r and \\\\ are supported"
            }
        let fields = RecordField.all.map(\.name).joined(separator: ", ")
        return UserError(.usage, sentence, hint: "the fields are \(fields)")
    }
}

extension OutputFormat {
    static let template = OutputFormat(
        "template:", parameter: "<text>",
        summary: "template:<text> with {field}s, \\t and \\n"
    ) { text throws(UserError) in
        do throws(TemplateError) {
            let template = try Template(text)
            return { stream, _ in TemplateSink(stream, template) }
        } catch {
            throw ErrorMessages.explain(error)
        }
    }
}

/// Prints a line for each push, as the template has it.
final class TemplateSink: PushSink {
    private let stream: ResultStream
    private let template: Template

    init(_ stream: ResultStream, _ template: Template) {
        self.stream = stream
        self.template = template
    }

    func put(_ push: StoredPush) throws {
        let record = try push.fields()
        for piece in template.pieces {
            switch piece {
            case .literal(let text):
                stream.write(text)
            case .field(let field):
                let text = try field.value(record).text
                stream.write(stream.isTerminal ? TerminalText.escape(text) : text)
            }
        }
        try stream.endLine()
    }

    func finish() throws {
        try stream.flush()
    }
}
