import Synchronization

/// Returns the elements one after the other, and the last one for ever.
final class Script: Sendable {
    private let replies: Mutex<[StubReply]>

    init(_ replies: StubReply...) {
        self.replies = Mutex(replies)
    }

    func next() -> StubReply {
        replies.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? .hang }
    }
}
