import Dispatch
import Foundation
import Synchronization

/// Takes SIGINT, SIGTERM, SIGHUP and SIGQUIT from the moment it is made.
///
/// What the parent ignored on purpose stays ignored: SIGHUP by `nohup`, SIGINT and SIGQUIT by `&`.
final class SignalWatch: Sendable {
    private struct State {
        var received: Int32?
        var action: (@Sendable (Int32) -> Void)?
    }

    private let state = Mutex(State())
    /// Kept for their life; nobody touches them once they are resumed.
    nonisolated(unsafe) private let sources: [any DispatchSourceSignal]

    init() {
        Self.forgetParent()
        let numbers = [SIGINT, SIGTERM, SIGHUP, SIGQUIT].filter { !Self.isIgnored($0) }
        // Ignored for the process, so that the sources alone see them; programs that are started
        // get the default back from Subprocess.
        for number in numbers { signal(number, SIG_IGN) }
        // A pipe whose reader is gone shows as an error of the write.
        signal(SIGPIPE, SIG_IGN)
        sources = numbers.map { DispatchSource.makeSignalSource(signal: $0) }
        for (number, source) in zip(numbers, sources) {
            source.setEventHandler { [weak self] in self?.arrived(number) }
            source.resume()
        }
    }

    /// The first signal that arrived.
    var received: Int32? { state.withLock { $0.received } }

    /// From now on a signal does this; one that has arrived already does it at once.
    func onSignal(_ action: @escaping @Sendable (Int32) -> Void) {
        let pending = state.withLock { state in
            defer { state.action = action }
            return state.action == nil ? state.received : nil
        }
        if let pending { action(pending) }
    }

    /// Of an ignored SIGCHLD no child's end could be waited for (wait(2), NOTES), and a blocked signal would
    /// never arrive; both are inherited. The calls only fail for numbers that are no signals'.
    private static func forgetParent() {
        signal(SIGCHLD, SIG_DFL)
        var none = sigset_t()
        sigemptyset(&none)
        sigprocmask(SIG_SETMASK, &none, nil)
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        var present = sigaction()
        sigaction(number, nil, &present)
        return unsafeBitCast(present.__sigaction_handler.sa_handler, to: Int.self) == 1
    }

    private func arrived(_ number: Int32) {
        let action = state.withLock { state in
            state.received = state.received ?? number
            return state.action
        }
        action?(number)
    }
}
