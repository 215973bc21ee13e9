import Dispatch
import EnclaviaSystem
import Glibc
import Synchronization
import SystemPackage

/// Turns SIGINT, SIGTERM, SIGHUP and SIGQUIT into the cancellation of a task.
package final class SignalWatch: Sendable {
    /// The longest that a cancelled command may take to tidy up, in milliseconds.
    private static let timeout = 2_700

    private let first = Atomic<Int32>(0)
    private let signals: SignalPipe

    /// - Throws: `Errno` where there is no descriptor left for it: a command that could not clean up after
    ///   a signal is not begun.
    package init() throws(Errno) {
        signals = try SignalPipe()
    }

    /// The signal that came first; `nil` while none has.
    package var received: ExitStatus? {
        ExitStatus(rawValue: 128 + first.load(ordering: .acquiring))
    }

    /// From now on a signal calls `cancel`, and what has not ended 2.7 s later is ended.
    ///
    /// - Parameter end: the last resort; called on a thread of its own.
    package func start(
        cancel: @escaping @Sendable () -> Void, end: ForcedExit = ForcedExit()
    ) {
        signals.start { [self] signal in
            let (isFirst, _) = first.compareExchange(
                expected: 0, desired: signal, ordering: .acquiringAndReleasing)
            guard isFirst else { return }
            cancel()
            let deadline = DispatchTime.now() + .milliseconds(Self.timeout)
            signals.queue.asyncAfter(deadline: deadline) { [self] in
                // What was waited for lets the command go on, which may tidy up by itself now.
                if end.wait() { usleep(UInt32(Self.timeout) * 1_000) }
                end.leave(received ?? .interrupted)
                _exit(128 + signal)
            }
        }
    }
}

/// What is still done for a command that a signal could not stop in time, before the process ends.
package struct ForcedExit: Sendable {
    /// Blocks while something is under way that may not be broken off.
    let wait: @Sendable () -> Bool
    /// Takes away what must not stay, and says what has happened.
    let leave: @Sendable (ExitStatus) -> Void

    /// - Parameter wait: answers whether there was something to wait for.
    package init(
        wait: @escaping @Sendable () -> Bool = { false },
        leave: @escaping @Sendable (ExitStatus) -> Void = { _ in }
    ) {
        self.wait = wait
        self.leave = leave
    }
}
