import EnclaviaCore
import EnclaviaStore

/// The words beside a candidate: `2 d ago · sha256:3f9a1c · delivered`.
struct CompletionNote {
    let now: Timestamp
    /// Whether to say what the value belongs to, where the value itself does not.
    var hasDetail = false

    func text(_ answer: CompletionAnswer) -> String {
        [
            hasDetail ? answer.detail : nil, age(answer),
            answer.digest.map { String($0.prefix(13)) },
            state(answer),
        ].compactMap { $0 }.joined(separator: " · ")
    }

    private func age(_ answer: CompletionAnswer) -> String? {
        answer.moment.flatMap { Timestamp($0) }.map { Age.text(of: $0, at: now) }
    }

    /// Whether the backend heard of a push that succeeded; else what became of it.
    private func state(_ answer: CompletionAnswer) -> String? {
        guard answer.outcome == PushOutcome.succeeded.rawValue else { return answer.outcome }
        return answer.notifyOutcome ?? answer.outcome
    }
}
