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

    /// What an import or a prune that ended before its end has done.
    static func partly(_ explanation: Explanation, done: String) -> Explanation {
        var explanation = explanation
        explanation.message += "; \(done)"
        explanation.hint = explanation.hint ?? "run it again to do the rest"
        return explanation
    }
}

extension CommandContext {
    /// Tells of what went wrong beside a record.
    func warn(_ warnings: [StoreWarning]) {
        for warning in warnings { console.warn(Words.sentence(warning)) }
    }
}
