import EnclaviaCore
import EnclaviaSystem
import Glibc
import SystemPackage

/// An exclusive flock on a file, held until it is released or the process ends.
///
/// It belongs to the open file, not to the process, and is not handed on to programs that are started.
///
/// Whoever holds it may take the file away, so between opening and locking a file another may have done
/// so: only a lock on the file that has the name now counts.
package final class FileLock: Sendable {
    let path: FilePath
    /// The file, open for as long as the lock is held.
    let file: FileDescriptor

    private init(path: FilePath, file: FileDescriptor) {
        self.path = path
        self.file = file
    }

    /// Takes the lock, making the file where it is missing, or waits for it.
    ///
    /// - Parameters:
    ///   - options: how the file is opened beside; what follows may write to ``file``.
    ///   - seconds: at least 1 where others look whether the lock is held, which holds it for a moment.
    /// - Throws: ``StoreError/locked(path:seconds:)`` where it is held for longer than `seconds`.
    package static func acquire(
        _ path: FilePath, _ options: FileDescriptor.OpenOptions = [.create], seconds: Int
    ) throws(StoreError) -> FileLock {
        let pause: useconds_t = 5000
        let end = ContinuousClock.now + .seconds(seconds)
        repeat {
            if let lock = try attempt(path, options) { return lock }
            usleep(pause)
        } while ContinuousClock.now < end
        throw .locked(path: path.string, seconds: seconds)
    }

    /// Takes the lock of a file that is there, at once.
    ///
    /// - Returns: `nil` where it is held, missing, or not this user's to lock.
    package static func tryAcquire(existing path: FilePath) -> FileLock? {
        (try? attempt(path, [])) ?? nil
    }

    /// Takes the lock, at once.
    ///
    /// - Returns: `nil` where somebody else holds the lock, or has taken the file away meanwhile.
    static func attempt(
        _ path: FilePath, _ options: FileDescriptor.OpenOptions
    ) throws(StoreError) -> FileLock? {
        let file = try SafeFile.open(path, options)
        if let failure = AdvisoryLock.exclusive.take(on: file) {
            // Nothing was written to it.
            try? file.close()
            if failure == .wouldBlock || failure == .interrupted { return nil }
            throw SafeFile.failure(at: path, failure)
        }
        guard SafeFile.isNamed(file, path) else {
            try? file.close()
            return nil
        }
        return FileLock(path: path, file: file)
    }

    /// Whether somebody holds the lock; `false` where the file is missing.
    ///
    /// Asks with a shared lock on a read-only descriptor, so that a reader of somebody else's history
    /// can ask too, and the answer leaves no trace.
    package static func isHeld(_ path: FilePath) -> Bool {
        guard
            let file = try? FileDescriptor.open(
                path, .readOnly, options: [.noFollow, .closeOnExec])
        else { return false }
        defer { try? file.close() }
        return AdvisoryLock.shared.take(on: file) == .wouldBlock
    }

    /// Lets go, and takes the file away first, so that nobody finds it unlocked.
    package func release(removing: Bool) {
        // A file that stays is free, and is removed by the next command that looks.
        if removing { SafeFile.remove(path) }
        try? file.close()
    }
}
