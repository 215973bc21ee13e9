import EnclaviaCore
import Glibc
import SystemPackage

/// An exclusive lock on a file, held until it is released or the process ends.
///
/// It belongs to the open file, not to the process; child programs do not inherit it.
///
/// A holder may remove the file, even between another process's opening and locking it. So only a lock on the file
/// that has the name now counts.
package final class FileLock: Sendable {
    package let path: FilePath
    /// The file, open for as long as the lock is held.
    package let file: FileDescriptor

    private init(path: FilePath, file: FileDescriptor) {
        self.path = path
        self.file = file
    }

    /// Takes the lock, making the file where it is missing, or waits for it.
    ///
    /// - Parameters:
    ///   - options: how to open the file; the caller may write to ``file``.
    ///   - deadline: at least a second away if other processes call ``isHeld(_:)``, which takes the lock for a
    ///     moment.
    /// - Returns: `nil` if somebody else still holds it at `deadline`.
    /// - Throws: ``FileFault``.
    package static func acquire(
        _ path: FilePath, _ options: FileDescriptor.OpenOptions = [.create],
        until deadline: Deadline
    ) throws(FileFault) -> FileLock? {
        let pause: useconds_t = 5000
        repeat {
            if let lock = try attempt(path, options) { return lock }
            usleep(pause)
        } while !deadline.hasPassed
        return nil
    }

    /// Takes the lock of an existing file, without waiting.
    ///
    /// - Returns: `nil` where it is held, missing, or not this user's to lock.
    package static func tryAcquire(existing path: FilePath) -> FileLock? {
        (try? attempt(path, [])) ?? nil
    }

    /// Takes the lock, without waiting.
    ///
    /// - Parameter owner: whose the file may be.
    /// - Returns: `nil` if somebody else holds the lock, or has removed the file meanwhile.
    /// - Throws: ``FileFault``.
    package static func attempt(
        _ path: FilePath, _ options: FileDescriptor.OpenOptions = [.create],
        of owner: Owner = .thisUser
    ) throws(FileFault) -> FileLock? {
        let file = try FileDescriptor.openOwn(path, options, of: owner)
        if let failure = AdvisoryLock.exclusive.take(on: file) {
            // Nothing was written to it.
            try? file.close()
            if failure == .wouldBlock || failure == .interrupted { return nil }
            throw FileFault(path, failure)
        }
        guard file.isNamed(path) else {
            try? file.close()
            return nil
        }
        return FileLock(path: path, file: file)
    }

    /// Whether somebody holds the lock; `false` where the file is missing (``AdvisoryLock/isHeld(_:)``).
    package static func isHeld(_ path: FilePath) -> Bool { AdvisoryLock.isHeld(path.native) }

    /// Releases the lock.
    ///
    /// - Parameter removing: whether to remove the file first, so that nobody finds it unlocked.
    package func release(removing: Bool) {
        // If this fails, the next command that finds the unlocked file removes it.
        if removing { try? path.unlink() }
        try? file.close()
    }
}
