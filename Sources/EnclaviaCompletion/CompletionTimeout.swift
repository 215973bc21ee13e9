import Glibc

/// Limits the time that completion waits for a disk.
///
/// The reader has its own limit, which takes effect only after SQLite returns from its system call. On a network home
/// whose server is down it never returns: then a timer's signal writes an empty reply, and ends the program. The
/// program goes on if another process took the processor from it since the last signal: then it is not the disk that
/// it waits for.
enum CompletionTimeout {
    /// The time between two signals, in microseconds. The third comes later than the reader's own limit for locks, and
    /// sooner than a person notices.
    private static let interval = 30_000
    /// The number of signals, in 2 s of waiting, after which the program ends in any case.
    private static let limit = 66

    static func limited<Value, Failure>(
        _ body: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        var alarm = sigset_t()
        sigemptyset(&alarm)
        sigaddset(&alarm, SIGALRM)
        lastPreemptions = preemptions
        signal(SIGALRM) { _ in CompletionTimeout.check() }
        // It may be blocked by the parent (sigprocmask(2)).
        sigprocmask(SIG_UNBLOCK, &alarm, nil)
        set(interval)
        defer { set(0) }
        return try body()
    }

    /// The signals of all waits of this process. The handler and the code that it interrupts are one thread.
    nonisolated(unsafe) private static var signals = 0
    nonisolated(unsafe) private static var lastPreemptions = 0

    /// The signal handler, which only makes system calls.
    private static func check() {
        let code = errno
        let now = preemptions
        signals += 1
        if signals >= 3 && now == lastPreemptions || signals >= limit {
            let nothing: StaticString = ":4\n"
            _ = write(STDOUT_FILENO, nothing.utf8Start, nothing.utf8CodeUnitCount)
            _exit(0)
        }
        lastPreemptions = now
        errno = code
    }

    /// How often another process has taken the processor from this one (`ru_nivcsw` of getrusage(2)).
    private static var preemptions: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_nivcsw
    }

    private static func set(_ microseconds: Int) {
        var timer = itimerval()
        timer.it_value.tv_usec = microseconds
        timer.it_interval.tv_usec = microseconds
        setitimer(__itimer_which_t(ITIMER_REAL.rawValue), &timer, nil)
    }
}
