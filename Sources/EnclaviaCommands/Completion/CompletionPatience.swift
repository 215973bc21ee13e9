import Glibc

/// The end of waiting for a disk that does not answer.
///
/// The reader has a deadline of its own, which needs SQLite to come back from the system call that it
/// is in. A network home whose server is gone never lets it: then the timer's signal replies that
/// there is nothing, and ends the program.
enum CompletionPatience {
    /// More than the reader's own deadline, less than what a person notices.
    private static let microseconds = 90_000

    static func limited<Value>(_ body: () -> Value) -> Value {
        signal(SIGALRM) { _ in
            let nothing: StaticString = ":4\n"
            _ = write(STDOUT_FILENO, nothing.utf8Start, nothing.utf8CodeUnitCount)
            _exit(0)
        }
        set(microseconds)
        defer { set(0) }
        return body()
    }

    private static func set(_ microseconds: Int) {
        var timer = itimerval()
        timer.it_value.tv_usec = microseconds
        setitimer(__itimer_which_t(ITIMER_REAL.rawValue), &timer, nil)
    }
}
