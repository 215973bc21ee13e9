import EnclaviaSystem
import Glibc
import Synchronization

/// The signals that ask the sandbox to end, from the moment it is made.
final class ReceivedSignals: Sendable {
    private struct State {
        var first: Int32?
        var action: (@Sendable (Int32) -> Void)?
    }

    private let state = Mutex(State())

    init() throws {
        InheritedSignals.reset()
        // A pipe whose reader is gone shows as an error of the write; programs that are started get the default
        // back from Subprocess.
        signal(SIGPIPE, SIG_IGN)
        try SignalPipe().start { [self] in arrived($0) }
    }

    /// The first signal that arrived.
    var first: Int32? { state.withLock { $0.first } }

    /// From now on a signal does this; one that has arrived already does it at once.
    func onSignal(_ action: @escaping @Sendable (Int32) -> Void) {
        let pending = state.withLock { state in
            defer { state.action = action }
            return state.action == nil ? state.first : nil
        }
        if let pending { action(pending) }
    }

    /// Waits for a signal, which then does nothing else.
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
