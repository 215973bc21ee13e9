import EnclaviaSystem
import Glibc
import Synchronization

/// Receives the signals that end the sandbox, from its creation on.
final class ReceivedSignals: Sendable {
    private struct State {
        var first: Int32?
        var action: (@Sendable (Int32) -> Void)?
    }

    private let state = Mutex(State())

    init() throws {
        InheritedSignals.reset()
        // Writes to a pipe without a reader fail with an error instead; Subprocess restores the default for
        // child processes.
        signal(SIGPIPE, SIG_IGN)
        try SignalPipe().start { [self] in arrived($0) }
    }

    /// The first signal that arrived.
    var first: Int32? { state.withLock { $0.first } }

    /// Sets the action of signals. Runs it at once if a signal has arrived before any action was set.
    func onSignal(_ action: @escaping @Sendable (Int32) -> Void) {
        let pending = state.withLock { state in
            defer { state.action = action }
            return state.action == nil ? state.first : nil
        }
        if let pending { action(pending) }
    }

    /// Waits for a signal, and replaces the earlier action.
    func next() async {
        let (signals, arrival) = AsyncStream<Int32>.makeStream()
        onSignal { number in
            arrival.yield(number)
            arrival.finish()
        }
        for await _ in signals { return }
    }

    private func arrived(_ number: Int32) {
        let action = state.withLock { state in
            state.first = state.first ?? number
            return state.action
        }
        action?(number)
    }
}
