import Glibc

/// A lock of an open file, by flock(2), or, on a file system that has none, by fcntl(2): "open file description" locks
/// belong to the open file as those of flock do.
package enum AdvisoryLock {
    case exclusive
    /// Can be taken on a file that is open for reading alone.
    case shared

    /// `F_OFD_SETLK` of `linux/fcntl.h`, which the Swift overlay of glibc leaves out.
    private static let setOpenFileLock: CInt = 37

    /// Acquires the lock without waiting.
    ///
    /// - Returns: `nil` on success, else the number of the error; `EWOULDBLOCK` if somebody else holds the lock.
    package func take(onDescriptor file: CInt) -> CInt? {
        let operation = self == .exclusive ? LOCK_EX : LOCK_SH
        guard flock(file, operation | LOCK_NB) != 0 else { return nil }
        let failure = errno
        let isMissing = [ENOLCK, EOPNOTSUPP, ENOSYS, EINVAL].contains(failure)
        return isMissing ? takeOpenFileLock(on: file) : failure
    }

    private func takeOpenFileLock(on file: CInt) -> CInt? {
        var range = flock()
        range.l_type = CShort(self == .exclusive ? F_WRLCK : F_RDLCK)
        range.l_whence = CShort(SEEK_SET)
        guard fcntl(file, Self.setOpenFileLock, &range) != 0 else { return nil }
        let failure = errno
        return failure == EACCES ? EWOULDBLOCK : failure
    }

    /// Whether somebody holds the lock of a file; `false` where the file is missing or is not this user's to open,
    /// `true` where there are too many open files to know.
    ///
    /// Tries a shared lock on a read-only descriptor, so that it also works for a reader of another user's history
    /// and leaves no trace. Does not wait for the writer of a named pipe.
    package static func isHeld(_ path: String) -> Bool {
        let file = open(path.native, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return [EMFILE, ENFILE, ENOMEM].contains(errno) }
        defer { close(file) }
        return shared.take(onDescriptor: file) == EWOULDBLOCK
    }
}
