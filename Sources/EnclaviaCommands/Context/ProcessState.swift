import CLinux
import EnclaviaCore
import EnclaviaSystem
import Glibc

/// State that a process inherits from its parent or may leak: descriptors, signals, limits and core dumps. No
/// command may depend on it.
package enum ProcessState {
    /// As many descriptors as `select` can watch (select(2), `FD_SETSIZE`). The programs that are started
    /// from here inherit the limit, and some still use `select`.
    static let descriptors: rlim_t = 1024

    /// The descriptors that a push and its connections need, with room for those that were inherited open.
    private static let needed: rlim_t = 64

    /// Sets signals and limits to what every command expects. Call it before any thread is started.
    ///
    /// Errors are ignored: each call only fails for arguments that are invalid, or, for the limits, leaves
    /// what was inherited, with which the commands still work.
    package static func normalize() {
        forbidCoreFiles()
        InheritedSignals.reset()
        raiseDescriptorLimit()
    }

    /// Makes a write to a closed pipe fail with EPIPE; by default SIGPIPE ends the process.
    ///
    /// A handler, unlike an ignored signal, is reset in the programs that are started from here.
    package static func surviveBrokenPipes() { signal(SIGPIPE) { _ in } }

    /// Keeps memory out of core dumps, whichever signal causes them: the process is about to read tokens.
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

    /// Checks that enough files can be open. NIO and Subprocess end the process where they cannot create a
    /// socket or a pipe, even in the middle of a push.
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

    /// Raises the soft limit to ``descriptors``, or to the hard limit where that is lower. A push needs about
    /// fifty descriptors, and a soft limit may be below that, as after `ulimit -Sn 32`.
    private static func raiseDescriptorLimit() {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < descriptors else { return }
        limit.rlim_cur = min(descriptors, limit.rlim_max)
        setrlimit(resource, &limit)
    }
}
