import EnclaviaCore
import Synchronization

/// ``PushOutput``, fed from the task that reads the client's pipe.
final class PushReading: Sendable {
    private let state: Mutex<PushOutput>

    init(tag: String) {
        state = Mutex(PushOutput(tag: tag))
    }

    func read(_ line: String) -> EngineOutput? {
        state.withLock { $0.read(line) }
    }

    /// The digest that was claimed, and the end of what was printed.
    var result: (Digest?, tail: String) {
        state.withLock { ($0.digest, $0.tail.text) }
    }
}
