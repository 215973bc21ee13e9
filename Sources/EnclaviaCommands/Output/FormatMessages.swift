import EnclaviaCore

extension Words {
    static func unknownFormat(_ text: String) -> Explanation {
        Explanation(
            .usage, "--format \(quoted(text)) is no format",
            hint: "a format is \(OutputFormat.all.map(\.name).joined(separator: ", "))")
    }

    static func explain(_ error: TemplateError) -> Explanation {
        let sentence =
            switch error {
            case .empty: "the template is empty"
            case .unknownField(let name): "the template names the unknown field \(quoted(name))"
            case .unclosed(let rest): "the template's \(quoted(rest)) is never closed"
            case .unknownEscape(let text):
                "the template has \(quoted(text)): only \\t, \\n, \\r and \\\\ are known"
            }
        let fields = RecordField.all.map(\.name).joined(separator: ", ")
        return Explanation(.usage, sentence, hint: "the fields are \(fields)")
    }
}
