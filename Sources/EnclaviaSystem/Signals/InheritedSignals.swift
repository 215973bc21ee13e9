import Glibc

/// What a process inherits from its parent about signals (signal(7)).
package enum InheritedSignals {
    /// Sets SIGCHLD to its default and unblocks every signal; to be called before any thread is started.
    ///
    /// If SIGCHLD is ignored, the end of a child cannot be waited for (wait(2), NOTES); a blocked signal would
    /// never arrive. The calls fail only for invalid signal numbers.
    package static func reset() {
        signal(SIGCHLD, SIG_DFL)
        var none = sigset_t()
        sigemptyset(&none)
        sigprocmask(SIG_SETMASK, &none, nil)
    }

    /// Whether the parent chose to ignore a signal: SIGHUP by `nohup`, SIGINT and SIGQUIT by `&` in a shell
    /// without job control.
    package static func isIgnored(_ number: Int32) -> Bool {
        var present = sigaction()
        sigaction(number, nil, &present)
        return unsafeBitCast(present.__sigaction_handler.sa_handler, to: Int.self) == 1
    }
}
