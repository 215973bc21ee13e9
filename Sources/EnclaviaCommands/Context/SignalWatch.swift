import Dispatch
import EnclaviaCore
import EnclaviaSystem
import Glibc
import Synchronization
import SystemPackage

/// Turns SIGINT, SIGTERM, SIGHUP and SIGQUIT into the cancellation of a task.
package final class SignalWatch: Sendable {
    /// The longest time that a cancelled command may take to clean up, in milliseconds.
    private static let timeout = 2_700

    private let first = Atomic<Int32>(0)
    private let signals: SignalPipe

    /// - Throws: `Errno` where no descriptor is left: a command that could not clean up after a signal must not
    ///   start.
    package init() throws(Errno) {
        signals = try SignalPipe()
    }

    /// The signal that came first; `nil` while none has.
    package var received: ExitStatus? {
        ExitStatus(rawValue: 128 + first.load(ordering: .acquiring))
    }

    /// Starts the watch: the first signal calls `cancel`, and ends the process 2.7 s later if it still runs.
    ///
    /// - Parameter end: what to do before the process is ended; called on another thread.
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
                // The critical section has ended; give the command another 2.7 s to clean up itself.
                if end.wait() { usleep(UInt32(Self.timeout) * 1_000) }
                end.leave(received ?? .interrupted)
                _exit(128 + signal)
            }
        }
    }
}

/// The last steps before a signal ends the process, for a command that did not stop in time.
package struct ForcedExit: Sendable {
    /// Blocks until the critical section has ended or its time limit is over.
    let wait: @Sendable () -> Bool
    /// Removes credentials, and reports that the command was cancelled.
    let leave: @Sendable (ExitStatus) -> Void

    /// - Parameter wait: returns whether there was a critical section to wait for.
    package init(
        wait: @escaping @Sendable () -> Bool = { false },
        leave: @escaping @Sendable (ExitStatus) -> Void = { _ in }
    ) {
        self.wait = wait
        self.leave = leave
    }
}
