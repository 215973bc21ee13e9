import Glibc
import SystemPackage

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
    /// - Returns: `nil` on success; `wouldBlock` if somebody else holds the lock.
    package func take(on file: FileDescriptor) -> Errno? {
        let operation = self == .exclusive ? LOCK_EX : LOCK_SH
        guard flock(file.rawValue, operation | LOCK_NB) != 0 else { return nil }
        let failure = Errno(rawValue: errno)
        let isMissing: [Errno] = [.noLocks, .notSupported, .noFunction, .invalidArgument]
        return isMissing.contains(failure) ? takeOpenFileLock(on: file) : failure
    }

    private func takeOpenFileLock(on file: FileDescriptor) -> Errno? {
        var range = flock()
        range.l_type = CShort(self == .exclusive ? F_WRLCK : F_RDLCK)
        range.l_whence = CShort(SEEK_SET)
        guard fcntl(file.rawValue, Self.setOpenFileLock, &range) != 0 else { return nil }
        let failure = Errno(rawValue: errno)
        return failure == .permissionDenied ? .wouldBlock : failure
    }
}
