import Dispatch
import Glibc
import Synchronization
import SystemPackage

/// The end of the pipe that the signal handler writes to; the handler may touch nothing else.
private let writeEnd = Atomic<Int32>(-1)

/// Passes SIGINT, SIGTERM, SIGHUP and SIGQUIT to a closure, which, unlike a signal handler, may do anything.
///
/// Handlers, unlike ignored signals, are reset in children by `execve`, so that a program that is started here
/// can still be stopped. A signal that the parent ignores stays ignored.
package final class SignalPipe: Sendable {
    /// The queue on which the closure is called, so that work on all cores does not delay a signal.
    package let queue = DispatchQueue(label: "enclavia.signals")
    private let pipe: (read: Int32, write: Int32)

    /// - Throws: `Errno` where there is no descriptor left for it.
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

    /// Starts to call `arrived` with the number of each signal; at most once in a process.
    package func start(_ arrived: @escaping @Sendable (Int32) -> Void) {
        writeEnd.store(pipe.write, ordering: .releasing)
        let readEnd = pipe.read
        let source = DispatchSource.makeReadSource(fileDescriptor: readEnd, queue: queue)
        source.setEventHandler {
            // Keeps the source, which nobody else refers to.
            _ = source
            var byte: UInt8 = 0
            if read(readEnd, &byte, 1) == 1 { arrived(Int32(byte)) }
        }
        source.activate()
        for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT]
        where !InheritedSignals.isIgnored(number) {
            Self.handle(number)
        }
    }

    /// `sigaction` fails only for an invalid signal number.
    private static func handle(_ number: Int32) {
        var action = sigaction()
        action.sa_flags = SA_RESTART
        action.__sigaction_handler.sa_handler = { number in
            let saved = errno
            var byte = UInt8(truncatingIfNeeded: number)
            _ = write(writeEnd.load(ordering: .acquiring), &byte, 1)
            errno = saved
        }
        sigaction(number, &action, nil)
    }
}
