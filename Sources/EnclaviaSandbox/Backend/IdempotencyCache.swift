import EnclaviaCore
import Synchronization

/// Answers kept under their idempotency keys, so that a repeated request has one effect
/// (draft-ietf-httpapi-idempotency-key-header section 2).
final class IdempotencyCache: Sendable {
    private struct Kept {
        let request: JSONValue
        let answer: Answer
    }

    private let kept = Mutex<[String: Kept]>([:])

    /// The answer to `request`, made by `work` the first time the key is seen.
    func answer(key: String?, request: JSONValue, work: () -> Answer) -> Answer {
        guard let key else { return work() }
        return kept.withLock { kept in
            if let earlier = kept[key] {
                guard earlier.request == request else {
                    return .refusal(
                        .unprocessableContent, "idempotency_key_reused",
                        "this Idempotency-Key came with another request before")
                }
                return earlier.answer
            }
            let answer = work()
            if answer.status.kind == .successful {
                kept[key] = Kept(request: request, answer: answer)
            }
            return answer
        }
    }
}
