import CLinux
import EnclaviaCore
import EnclaviaSystem
import Glibc

/// What a process inherits from its parent, or may give away, and which no command may depend on.
package enum ProcessState {
    /// As many descriptors as `select` can watch (select(2), `FD_SETSIZE`). The programs that are started
    /// from here inherit the limit, and some still use `select`.
    static let descriptors: rlim_t = 1024

    /// What a push and its connections need, with room for what was inherited open.
    private static let needed: rlim_t = 64

    /// Occupies each of the descriptors 0, 1 and 2 that is closed, so that no file or socket that is opened later gets its number:
    /// what the program prints would be written into that file, such as the history.
    ///
    /// They are opened the wrong way round, so that reading standard input and writing the others fail with
    /// `EBADF`, as on a closed descriptor: a result that nobody gets is still an error. Where `/dev/null` does
    /// not exist, the root directory takes its place. Call it before anything is opened.
    package static func occupyClosedStreams() {
        for number in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
        where fcntl(number, F_GETFD) == -1 {
            // The lowest free number is given (open(2)), and those below are taken.
            if open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY) == -1 {
                _ = open("/", O_RDONLY | O_DIRECTORY)
            }
        }
    }

    /// Sets signals and limits to what every command expects. Called first, before any thread is started.
    ///
    /// Errors are ignored: each call only fails for arguments that are invalid, or, for the limits, leaves
    /// what was inherited, with which the commands still work.
    package static func normalize() {
        forbidCoreFiles()
        InheritedSignals.reset()
        raiseDescriptorLimit()
    }

    /// Replaces the death by SIGPIPE with the error of the write, EPIPE.
    ///
    /// A handler, unlike an ignored signal, is reset in the programs that are started from here.
    package static func surviveBrokenPipes() { signal(SIGPIPE) { _ in } }

    /// No memory in a core dump, whichever signal causes it: tokens are about to be read.
    ///
    /// A core pattern that is a pipe ignores the limit of zero, but dumps no memory that this filter leaves
    /// out (core(5)); unlike a process that is not dumpable, one with the filter can be traced by its user.
    /// The engine's client, which is given the registry's password, inherits both.
    package static func keepMemoryOutOfDumps() {
        let filter = open("/proc/self/coredump_filter", O_WRONLY | O_CLOEXEC)
        let nothing: StaticString = "0"
        let isSet = filter >= 0 && write(filter, nothing.utf8Start, 1) == 1
        if filter >= 0 { close(filter) }
        // Without /proc; it only fails for arguments that are invalid (prctl(2)).
        if !isSet { _ = clinux_forbid_core_dump() }
    }

    private static func forbidCoreFiles() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = 0
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
    }

    /// Where too few files can be open, sockets and pipes could not be made in the middle of a push, which
    /// NIO and Subprocess answer with the end of the process.
    ///
    /// - Throws: ``BackendError/configuration(subject:reason:)``.
    package static func checkDescriptorLimit() throws(BackendError) {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0,
            limit.rlim_cur < needed
        else { return }
        throw .configuration(
            subject: "the limit of open files",
            reason: "is \(limit.rlim_cur), and \(needed) are needed: raise the hard limit"
                + " (ulimit -Hn \(descriptors))")
    }

    /// A push needs about fifty descriptors; `ulimit -n 32` lowers the soft limit, which may be raised to
    /// the hard one.
    private static func raiseDescriptorLimit() {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < descriptors else { return }
        limit.rlim_cur = min(descriptors, limit.rlim_max)
        setrlimit(resource, &limit)
    }
}
