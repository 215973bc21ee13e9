import Glibc

/// What a process inherits from its parent about signals (signal(7)).
package enum InheritedSignals {
    /// Sets SIGCHLD to its default and unblocks every signal; to be called before any thread is started.
    ///
    /// The end of a child could not be waited for where SIGCHLD is ignored (wait(2), NOTES), and a blocked
    /// signal would never arrive. The calls only fail for numbers that are no signals'.
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
