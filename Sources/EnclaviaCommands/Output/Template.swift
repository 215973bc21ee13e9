import EnclaviaCore

/// A line with fields of a record in it: `{reference}\t{notify_outcome}`.
///
/// Fields have the flat names of CSV.
struct Template {
    enum Piece {
        case literal(String)
        case field(RecordField)
    }

    let pieces: [Piece]

    /// - Throws: the first part of `text` that breaks the grammar.
    init(_ text: String) throws(TemplateError) {
        pieces = try TemplateText(text).pieces.map { piece throws(TemplateError) in
            switch piece {
            case .literal(let text): return .literal(text)
            case .field(let name):
                guard let field = RecordField.named(name) else { throw .unknownField(name) }
                return .field(field)
            }
        }
    }
}

extension ErrorMessages {
    /// - Parameter fields: the names of the fields that the template may contain.
    static func explain(
        _ error: TemplateError, fields: [String] = RecordField.all.map(\.name)
    ) -> UserError {
        let sentence =
            switch error {
            case .empty: "the template is empty"
            case .unknownField(let name): "the template contains the unknown field \(name.quoted)"
            case .unclosed(let rest): "the template contains the unclosed \(rest.quoted)"
            case .unknownEscape(let text):
                "the template contains the unknown escape \(text.quoted): only \\t, \\n, \\r and \\\\ are supported"
            }
        return UserError(
            .usage, sentence, hint: "the fields are \(fields.joined(separator: ", "))")
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
