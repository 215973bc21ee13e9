import EnclaviaCore
import Glibc
import SystemPackage

/// What the name of an output file leads to, as its user wrote it.
enum OutputTarget {
    /// A descriptor of the caller, a device or a pipe: open, and written as it is.
    case stream(FileDescriptor)
    /// A regular file, or a name that is free, behind all symbolic links: replaced as a whole.
    case file(FilePath)
    /// A regular file that no name in a directory leads to, as behind `/proc/PID/fd`: written in place.
    case place(FilePath)

    /// Follows `path`, and opens it unless it is a regular file.
    ///
    /// A name of a descriptor that this process was started with, such as `/dev/stdout` or `/dev/fd/3`, stands
    /// for the descriptor itself, so that what is written follows what was written to it before.
    ///
    /// - Parameter seconds: how long a named pipe may be without a reader; `nil` to wait until there is one or
    ///   the task is cancelled.
    /// - Throws: `Errno`, such as `isDirectory`, and `noSuchAddressOrDevice` for a pipe that nobody reads;
    ///   `CancellationError`.
    static func find(_ path: FilePath, waitingForReader seconds: Int? = nil) throws -> OutputTarget
    {
        guard !path.isEmpty else { throw Errno.noSuchFileOrDirectory }
        let end = try LinkedName.follow(path)
        if case .descriptor(let number) = end { return .stream(try descriptor(number)) }
        let found: Stat
        do throws(Errno) {
            // The kernel follows here, so that what it forbids (proc(5), protected_symlinks) stays forbidden.
            found = try path.stat()
        } catch {
            guard error == .noSuchFileOrDirectory, case .name(let name) = end else { throw error }
            return .file(name)
        }
        switch found.type {
        case .directory: throw Errno.isDirectory
        case .regular:
            guard case .name(let name) = end, name.status?.identity == found.identity else {
                return .place(path)
            }
            return .file(name)
        default: return .stream(try open(path, waitingForReader: seconds))
        }
    }

    /// A copy of a descriptor that this process inherited. This program opens its own descriptors with
    /// `FD_CLOEXEC`, which an inherited descriptor never has; a descriptor with that flag is refused.
    private static func descriptor(_ number: Int32) throws(Errno) -> FileDescriptor {
        let flags = fcntl(number, F_GETFD)
        guard flags != -1, flags & FD_CLOEXEC == 0 else { throw .badFileDescriptor }
        let access = fcntl(number, F_GETFL) & O_ACCMODE
        guard access == O_WRONLY || access == O_RDWR else { throw .badFileDescriptor }
        let copy = fcntl(number, F_DUPFD_CLOEXEC, 3)
        guard copy != -1 else { throw Errno(rawValue: errno) }
        return FileDescriptor(rawValue: copy)
    }

    /// Opens a device or a named pipe without blocking: opening a pipe that has no reader blocks for ever
    /// (fifo(7)).
    private static func open(
        _ path: FilePath, waitingForReader seconds: Int?
    ) throws -> FileDescriptor {
        let end = seconds.map { ContinuousClock.now + .seconds($0) }
        while true {
            do {
                return try FileDescriptor.open(
                    path, .writeOnly,
                    options: [.nonBlocking, .init(rawValue: O_NOCTTY), .closeOnExec])
            } catch Errno.noSuchAddressOrDevice where end.map({ ContinuousClock.now < $0 }) ?? true
            {
                try Task.checkCancellation()
                usleep(20_000)
            }
        }
    }
}

/// What the symbolic links of a name lead to.
private enum LinkedName {
    case descriptor(Int32)
    /// No symbolic link; it may be free.
    case name(FilePath)
    /// A file without a name: the link is in procfs and leads to an open file.
    case none

    /// As many links as the kernel follows (path_resolution(7)).
    private static let limit = 40

    static func follow(_ path: FilePath) throws(Errno) -> LinkedName {
        var path = path
        for _ in 0..<limit {
            let directory = path.directoryName
            if let name = path.lastComponent?.string, let number = Int32(name),
                "\(number)" == name, isOfOwnDescriptors(directory)
            {
                return .descriptor(number)
            }
            guard let target = path.linkTarget.map({ FilePath(native: $0) }) else {
                return .name(path)
            }
            if (try? directory.resolved())?.starts(with: "/proc") == true { return .none }
            path = target.isAbsolute ? target : directory.pushing(target)
        }
        throw .tooManySymbolicLinkLevels
    }

    private static func isOfOwnDescriptors(_ directory: FilePath) -> Bool {
        let names: [FilePath] = ["/proc/self/fd", "/dev/fd", "/proc/thread-self/fd"]
        if names.contains(directory) { return true }
        guard let resolved = try? directory.resolved() else { return false }
        return names.contains { (try? $0.resolved()) == resolved }
    }
}
