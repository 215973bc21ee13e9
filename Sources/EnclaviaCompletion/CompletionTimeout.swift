import Glibc

/// Limits the time that completion waits for a disk.
///
/// The reader has its own limit, which takes effect only after SQLite returns from its system call. On a network home
/// whose server is down it never returns: then a timer's signal writes an empty reply, and ends the program. Time in
/// which the program runs, or waits for a processor, does not count: on a busy machine, the reply comes late.
enum CompletionTimeout {
    /// The time between two signals, in microseconds.
    private static let interval = 30_000
    /// How long the program may wait for anything but a processor, in nanoseconds: longer than the reader waits for
    /// locks, and shorter than a person notices.
    private static let longestStall = 80_000_000
    /// The number of signals, in 2 s or more, after which the program ends in any case: also where the kernel does not
    /// say how long it waited for a processor.
    private static let limit = 66

    /// Runs `body`. If it waits for too long, writes a reply, and ends the program.
    ///
    /// - Parameters:
    ///   - reply: the reply, nothing to offer by default.
    ///   - status: the exit status of the program that ends.
    static func limited<Value, Failure>(
        orElse reply: String = ":4\n", status: CInt = 0,
        _ body: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        Self.reply = Array(reply.utf8)
        Self.status = status
        thread = pthread_self()
        var alarm = sigset_t()
        sigemptyset(&alarm)
        sigaddset(&alarm, SIGALRM)
        lastTime = now
        signal(SIGALRM) { _ in CompletionTimeout.check() }
        // It may be blocked by the parent (sigprocmask(2)).
        sigprocmask(SIG_UNBLOCK, &alarm, nil)
        isWaiting = true
        set(interval)
        defer {
            set(0)
            isWaiting = false
        }
        return try body()
    }

    /// What the handler knows of all waits of this process. It and the code that it interrupts are one thread.
    nonisolated(unsafe) private static var thread: pthread_t = 0
    nonisolated(unsafe) private static var isWaiting = false
    nonisolated(unsafe) private static var reply: [UInt8] = []
    nonisolated(unsafe) private static var status: CInt = 0
    nonisolated(unsafe) private static var signals = 0
    nonisolated(unsafe) private static var stall = 0
    nonisolated(unsafe) private static var lastTime = 0
    nonisolated(unsafe) private static var lastRunnable = 0

    /// The signal handler, which only makes system calls.
    private static func check() {
        let code = errno
        defer { errno = code }
        // The signal is the process's: where it has other threads, one of them may have taken it (signal(7)).
        guard pthread_equal(pthread_self(), thread) != 0 else {
            pthread_kill(thread, SIGALRM)
            return
        }
        guard isWaiting else { return }
        let time = now
        if let runnable {
            let waited = time - lastTime - (runnable - lastRunnable)
            // The rest of a busy interval is not the disk's: interrupts, and a virtual machine that was stopped.
            if waited * 2 > time - lastTime { stall += waited }
            lastRunnable = runnable
        }
        lastTime = time
        signals += 1
        if stall >= longestStall || signals >= limit {
            _ = write(STDOUT_FILENO, reply, reply.count)
            _exit(status)
        }
    }

    /// The time of a clock that is never set, in nanoseconds.
    private static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }

    /// How long this thread has run and waited for a processor, in nanoseconds: the first two numbers of
    /// /proc/thread-self/schedstat (scheduler statistics in the documentation of the kernel). `nil` where the kernel
    /// does not count that.
    private static var runnable: Int? {
        let path: StaticString = "/proc/thread-self/schedstat"
        let file = path.utf8Start.withMemoryRebound(
            to: CChar.self, capacity: path.utf8CodeUnitCount + 1
        ) { open($0, O_RDONLY | O_CLOEXEC) }
        guard file >= 0 else { return nil }
        defer { close(file) }
        return withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
            let count = read(file, buffer.baseAddress, buffer.count)
            guard count > 0 else { return nil }
            var numbers = (0, 0)
            for byte in buffer[..<count] {
                if byte == UInt8(ascii: " ") {
                    if numbers.0 > 0 { return numbers.0 + numbers.1 }
                    numbers = (numbers.1, 0)
                } else if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
                    numbers.1 = numbers.1 &* 10 &+ Int(byte &- UInt8(ascii: "0"))
                }
            }
            return nil
        }
    }

    private static func set(_ microseconds: Int) {
        var timer = itimerval()
        timer.it_value.tv_usec = microseconds
        timer.it_interval.tv_usec = microseconds
        setitimer(__itimer_which_t(ITIMER_REAL.rawValue), &timer, nil)
    }
}
