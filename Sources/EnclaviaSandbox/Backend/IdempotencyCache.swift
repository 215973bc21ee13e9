import EnclaviaCore
import Synchronization

/// Caches successful responses by their idempotency keys, so that a repeated request has only one effect
/// (draft-ietf-httpapi-idempotency-key-header section 2).
final class IdempotencyCache: Sendable {
    private struct Kept {
        let request: JSONValue
        let answer: Answer
    }

    private let kept = Mutex<[String: Kept]>([:])

    /// The response to `request`. Calls `work` unless the cache has a response for `key`; refuses a key that
    /// an earlier, different request had.
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
