import Synchronization

/// Holds the first value that any of several tasks gives.
package final class FirstResult<Value: Sendable>: Sendable {
    private enum State {
        case waiting(CheckedContinuation<Value, Never>?)
        case given(Value)
    }

    private let state = Mutex(State.waiting(nil))

    package init() {}

    package func give(_ value: Value) {
        let waiting = state.withLock { state -> CheckedContinuation<Value, Never>? in
            guard case .waiting(let continuation) = state else { return nil }
            state = .given(value)
            return continuation
        }
        waiting?.resume(returning: value)
    }

    /// The first value; to be awaited only once.
    package var value: Value {
        get async {
            await withCheckedContinuation { continuation in
                let given = state.withLock { state -> Value? in
                    if case .given(let value) = state { return value }
                    state = .waiting(continuation)
                    return nil
                }
                if let given { continuation.resume(returning: given) }
            }
        }
    }
}
