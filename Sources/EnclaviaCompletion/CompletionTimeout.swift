import Glibc

/// Limits the time that completion waits for a disk.
///
/// The reader has its own limit, which takes effect only after SQLite returns from its system call. On a network home
/// whose server is down it never returns: then a timer's signal writes an empty reply, and ends the program. A
/// process that merely shares the processor with busy ones goes on: it has run, or could have, since the last signal.
enum CompletionTimeout {
    /// How often the timer looks, in microseconds: the third time is later than the reader's own limit for locks, and
    /// sooner than a person notices.
    private static let interval = 30_000
    /// The most looks, 2 s, after which even a process that goes on ends.
    private static let most = 66

    static func limited<Value, Failure>(
        _ body: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        var alarm = sigset_t()
        sigemptyset(&alarm)
        sigaddset(&alarm, SIGALRM)
        Progress.last = Progress.now
        Progress.looks = 0
        signal(SIGALRM) { _ in CompletionTimeout.look() }
        // It may be blocked by the parent (sigprocmask(2)).
        sigprocmask(SIG_UNBLOCK, &alarm, nil)
        set(interval)
        defer { set(0) }
        return try body()
    }

    /// What a signal handler may do: system calls, and arithmetic.
    private static func look() {
        let code = errno
        let now = Progress.now
        Progress.looks += 1
        let isStalled = Progress.looks >= 3 && !now.isAfter(Progress.last)
        if isStalled || Progress.looks >= most {
            let nothing: StaticString = ":4\n"
            _ = write(STDOUT_FILENO, nothing.utf8Start, nothing.utf8CodeUnitCount)
            _exit(0)
        }
        Progress.last = now
        errno = code
    }

    private static func set(_ microseconds: Int) {
        var timer = itimerval()
        timer.it_value.tv_usec = microseconds
        timer.it_interval.tv_usec = microseconds
        setitimer(__itimer_which_t(ITIMER_REAL.rawValue), &timer, nil)
    }
}

/// What the process has had of the processor.
private struct Progress {
    /// In microseconds.
    var processorTime = 0
    /// How often another process took the processor from this one, which would have gone on.
    var preemptions = 0

    // The handler and the code that it interrupts are one thread.
    nonisolated(unsafe) static var last = Progress()
    nonisolated(unsafe) static var looks = 0

    static var now: Progress {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let user = usage.ru_utime.tv_sec * 1_000_000 + usage.ru_utime.tv_usec
        let system = usage.ru_stime.tv_sec * 1_000_000 + usage.ru_stime.tv_usec
        return Progress(processorTime: user + system, preemptions: usage.ru_nivcsw)
    }

    /// More than a wait for a disk and the handler itself take.
    private static let enough = 1000

    func isAfter(_ earlier: Progress) -> Bool {
        processorTime - earlier.processorTime >= Self.enough || preemptions != earlier.preemptions
    }
}
