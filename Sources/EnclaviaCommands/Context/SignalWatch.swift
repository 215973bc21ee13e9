import Dispatch
import Glibc
import Synchronization
import SystemPackage

/// The write end of the pipe that the signal handler writes to; the handler may touch nothing else.
private let signalPipe = Atomic<Int32>(-1)

/// Turns SIGINT, SIGTERM, SIGHUP and SIGQUIT into the cancellation of a task.
///
/// Handlers, unlike ignored signals, are reset in children by `execve`, so that an engine that is
/// started here can still be stopped.
package final class SignalWatch: Sendable {
    /// The longest that a cancelled command may take to tidy up, in milliseconds.
    private static let patience = 2_700

    private let first = Atomic<Int32>(0)
    /// Has a thread of its own: work on all cores must not keep a signal waiting.
    private let queue = DispatchQueue(label: "enclavia.signals")
    private let pipe: (read: Int32, write: Int32)

    /// - Throws: `Errno` where there is no descriptor left for it: a command that could not clean up after
    ///   a signal is not begun.
    package init() throws(Errno) {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else { throw Errno(rawValue: errno) }
        // These only fail for descriptors that are not open.
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        pipe = (ends[0], ends[1])
    }

    /// The signal that came first; `nil` while none has.
    package var received: ExitStatus? {
        ExitStatus(rawValue: 128 + first.load(ordering: .acquiring))
    }

    /// From now on a signal calls `cancel`, and what has not ended 2.7 s later is ended.
    ///
    /// - Parameter end: the last resort; called on a thread of its own.
    package func start(
        cancel: @escaping @Sendable () -> Void, end: LastResort = LastResort()
    ) {
        signalPipe.store(pipe.write, ordering: .releasing)
        let readEnd = pipe.read
        let source = DispatchSource.makeReadSource(fileDescriptor: readEnd, queue: queue)
        source.setEventHandler { [self] in
            _ = source
            var byte: UInt8 = 0
            guard read(readEnd, &byte, 1) == 1 else { return }
            let signal = Int32(byte)
            let (isFirst, _) = first.compareExchange(
                expected: 0, desired: signal, ordering: .acquiringAndReleasing)
            guard isFirst else { return }
            cancel()
            let deadline = DispatchTime.now() + .milliseconds(Self.patience)
            queue.asyncAfter(deadline: deadline) { [self] in
                // What was waited for lets the command go on, which may tidy up by itself now.
                if end.wait() { usleep(UInt32(Self.patience) * 1_000) }
                end.leave(received ?? .interrupted)
                _exit(128 + signal)
            }
        }
        source.activate()
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] { Self.handle(signal) }
    }

    /// A signal that the parent chose to ignore stays ignored: SIGHUP by `nohup`, SIGINT and SIGQUIT by `&`
    /// in a shell without job control. `sigaction` only fails for a number that is no signal's.
    private static func handle(_ number: Int32) {
        var present = sigaction()
        sigaction(number, nil, &present)
        if unsafeBitCast(present.__sigaction_handler.sa_handler, to: Int.self) == 1 { return }
        var action = sigaction()
        action.sa_flags = SA_RESTART
        action.__sigaction_handler.sa_handler = { number in
            let saved = errno
            var byte = UInt8(truncatingIfNeeded: number)
            _ = write(signalPipe.load(ordering: .acquiring), &byte, 1)
            errno = saved
        }
        sigaction(number, &action, nil)
    }
}

/// What is still done for a command that a signal could not stop in time, before the process ends.
package struct LastResort: Sendable {
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
