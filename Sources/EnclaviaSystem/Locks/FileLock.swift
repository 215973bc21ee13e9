import Glibc
import SystemPackage

/// An exclusive lock on a file, held until it is released or the process ends.
///
/// It belongs to the open file, not to the process, and is not handed on to programs that are started.
///
/// Whoever holds it may take the file away, so between opening and locking a file another may have done
/// so: only a lock on the file that has the name now counts.
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
    ///   - options: how the file is opened beside; what follows may write to ``file``.
    ///   - deadline: at least a second away where others look whether the lock is held, which holds it for a
    ///     moment.
    /// - Returns: `nil` where somebody else holds it until `deadline`.
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

    /// Takes the lock of a file that is there, at once.
    ///
    /// - Returns: `nil` where it is held, missing, or not this user's to lock.
    package static func tryAcquire(existing path: FilePath) -> FileLock? {
        (try? attempt(path, [])) ?? nil
    }

    /// Takes the lock, at once.
    ///
    /// - Parameter owner: whose the file may be.
    /// - Returns: `nil` where somebody else holds the lock, or has taken the file away meanwhile.
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

    /// Whether somebody holds the lock; `false` where the file is missing.
    ///
    /// Asks with a shared lock on a read-only descriptor, so that a reader of somebody else's history
    /// can ask too, and the answer leaves no trace. A named pipe, whose opening would wait for a writer, is
    /// opened without waiting.
    package static func isHeld(_ path: FilePath) -> Bool {
        guard
            let file = try? FileDescriptor.open(
                path, .readOnly, options: [.noFollow, .closeOnExec, .nonBlocking])
        else { return false }
        defer { try? file.close() }
        return AdvisoryLock.shared.take(on: file) == .wouldBlock
    }

    /// Lets go, and takes the file away first, so that nobody finds it unlocked.
    package func release(removing: Bool) {
        // A file that stays is free, and is removed by the next command that looks.
        if removing { try? path.unlink() }
        try? file.close()
    }
}
