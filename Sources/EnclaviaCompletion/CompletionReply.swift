import EnclaviaBase

/// Candidates and what the shell is to do with them, in the protocol of Cobra's `__complete`:
/// `value<TAB>description` a line, then `:` and the directive.
///
/// Source: <https://github.com/spf13/cobra/blob/v1.9.1/completions.go>, "ShellCompDirective".
struct CompletionReply: Equatable {
    /// What the shell is to do.
    struct Directive: OptionSet {
        let rawValue: Int
        /// No space after the one candidate, since more of the word follows.
        static let noSpace = Directive(rawValue: 2)
        /// No names of files where there are no candidates.
        static let noFiles = Directive(rawValue: 4)
        /// The candidates are in order already.
        static let keepOrder = Directive(rawValue: 32)
    }

    struct Candidate: Equatable {
        let value: String
        var note = ""
    }

    /// The most candidates that are offered.
    static let limit = 200

    private(set) var candidates: [Candidate] = []
    var directive: Directive = .noFiles

    /// Adds a candidate, unless ``limit`` is reached, or `value` is empty, would control the terminal, or was
    /// added before.
    mutating func offer(_ value: String, _ note: String = "") {
        guard candidates.count < Self.limit, !value.isEmpty,
            !value.unicodeScalars.contains(where: TerminalText.isUnsafe),
            !candidates.contains(where: { $0.value == value })
        else { return }
        candidates.append(Candidate(value: value, note: TerminalText.escape(note)))
    }

    var text: String {
        var text = ""
        for candidate in candidates {
            text += candidate.value
            if !candidate.note.isEmpty { text += "\t\(candidate.note)" }
            text += "\n"
        }
        return text + ":\(directive.rawValue)\n"
    }

    /// Writes the reply to standard output.
    func write() { StandardStreams.write(text) }
}

/// The description beside a candidate: `2 d ago, 3f9a1c06b7d2, told`.
struct CompletionDescription {
    let now: Timestamp
    /// Whether the description says what the value belongs to.
    var hasDetail = false

    func text(_ answer: CompletionAnswer) -> String {
        [
            hasDetail ? answer.detail : nil, age(answer),
            answer.digest.flatMap { DigestPrefix($0) }.map { String($0.hex.prefix(12)) },
            state(answer),
        ].compactMap { $0 }.joined(separator: ", ")
    }

    /// The description of a push: its reference, its age, and how it ended unless it succeeded.
    func push(_ answer: CompletionAnswer) -> String {
        let isSuccess = answer.outcome == PushOutcome.succeeded.rawValue
        return [answer.detail, age(answer), isSuccess ? nil : answer.outcome]
            .compactMap { $0 }.joined(separator: ", ")
    }

    private func age(_ answer: CompletionAnswer) -> String? {
        answer.moment.flatMap { Timestamp($0) }.map { Age.text(of: $0, at: now) }
    }

    /// Whether the backend was notified of a push that succeeded; else how it ended.
    private func state(_ answer: CompletionAnswer) -> String? {
        guard answer.outcome == PushOutcome.succeeded.rawValue else { return answer.outcome }
        let notify = answer.notifyOutcome.flatMap { NotifyOutcome(rawValue: $0) }
        return notify?.shortText ?? answer.outcome
    }
}
