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

    /// The most candidates that are offered, before the least and the greatest of all.
    static let limit = 200

    /// What begins a line that is shown, and not offered: Cobra's `activeHelpMarker`.
    static let messageMark = "_activeHelp_ "

    /// The message of a reply that leaves out candidates.
    static let message = "not all matches are listed: type more to narrow them down"

    private(set) var candidates: [Candidate] = []
    /// The least and the greatest of what is left out, if it is known.
    private var ends: [Candidate] = []
    /// Whether candidates are left out.
    var isCut = false
    /// Whether there was no time to find all matches in the history.
    var isLate = false
    var directive: Directive = .noFiles

    private var values: Set<String> = []

    /// Whether there is something to tell.
    var isEmpty: Bool { candidates.isEmpty && !isCut }

    /// Adds a candidate, unless `value` is empty, would control the terminal or be read as a message, or was added
    /// before.
    ///
    /// - Parameter isEnd: whether it is one of the least and the greatest of what is left out.
    mutating func offer(_ value: String, _ note: String = "", isEnd: Bool = false) {
        guard !value.isEmpty, !value.unicodeScalars.contains(where: TerminalText.isUnsafe),
            !value.hasPrefix(Self.messageMark), values.insert(value).inserted
        else { return }
        let candidate = Candidate(value: value, note: TerminalText.escape(note))
        if isEnd { ends.append(candidate) } else { candidates.append(candidate) }
    }

    /// Leaves out what is beyond ``limit``, but for the least and the greatest candidate in the order of bytes, so that
    /// what a shell finds all candidates to begin with is what all matches begin with.
    mutating func cut() {
        let all = candidates + ends
        isCut = isCut || all.count > Self.limit || isLate && !all.isEmpty
        let kept = candidates.prefix(Self.limit)
        var outer = ends
        if candidates.count > Self.limit || outer.count > Self.mostEnds {
            let order = { (one: Candidate, other: Candidate) in
                one.value.utf8.lexicographicallyPrecedes(other.value.utf8)
            }
            outer = [all.min(by: order), all.max(by: order)].compactMap { $0 }
        }
        candidates = kept + outer.filter { !kept.contains($0) }
        ends = []
    }

    /// The least and the greatest, twice.
    private static let mostEnds = 6

    var text: String {
        var text = ""
        for candidate in candidates {
            text += candidate.value
            if !candidate.note.isEmpty { text += "\t\(candidate.note)" }
            text += "\n"
        }
        if isCut { text += "\(Self.messageMark)\(Self.message)\n" }
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
