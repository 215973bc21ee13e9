import EnclaviaCore

extension Words {
    static func explain(_ error: TimeExpressionError, of option: String) -> Explanation {
        let sentence =
            switch error {
            case .empty: "\(option) is empty"
            case .unknown(let text): "\(option) \(quoted(text)) is no time"
            case .unknownUnit(let text, let unit):
                "\(option) \(quoted(text)) has the unknown unit \(quoted(unit))"
            case .tooLong(let text): "\(option) \(quoted(text)) reaches too far back"
            case .outOfRange(let text, let field, let value):
                "\(option) \(quoted(text)) has no such \(field): \(value)"
            case .unexpected(let text, rest: ""): "\(option) \(quoted(text)) ends too early"
            case .unexpected(let text, let rest):
                "\(option) \(quoted(text)) goes on with \(quoted(rest)), which is no time of day"
            }
        return Explanation(.usage, sentence, hint: "a time is \(TimeExpression.grammar)")
    }

    static func invertedRange(
        since: String, _ first: Timestamp, until: String, _ end: Timestamp
    ) -> Explanation {
        Explanation(
            .usage,
            "the range is inverted: --since \(quoted(since)) (\(first)) is after --until"
                + " \(quoted(until)) (\(end))",
            hint: "a time is \(TimeExpression.grammar)")
    }

    static func unknownFormat(_ text: String) -> Explanation {
        Explanation(
            .usage, "--format \(quoted(text)) is no format",
            hint: "a format is \(OutputFormat.words.joined(separator: ", "))")
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
        let fields = FlatField.all.map(\.name).joined(separator: ", ")
        return Explanation(.usage, sentence, hint: "the fields are \(fields)")
    }
}
