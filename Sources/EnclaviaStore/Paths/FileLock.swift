import EnclaviaCore
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// An exclusive flock on a file, held until it is released or the process ends.
///
/// It belongs to the open file, not to the process, and is not handed on to programs that are started.
final class FileLock: Sendable {
    let path: FilePath
    private let file: FileDescriptor

    private init(path: FilePath, file: FileDescriptor) {
        self.path = path
        self.file = file
    }

    /// Takes the lock, making the file where it is missing, or waits for it.
    ///
    /// - Throws: ``StoreError/locked(path:seconds:)`` where it is held for longer than `seconds`.
    static func acquire(_ path: FilePath, seconds: Int) throws(StoreError) -> FileLock {
        let file = try SafeFile.open(path)
        let pause: useconds_t = 5000
        for _ in 0...(seconds * 1_000_000 / Int(pause)) {
            if flock(file.rawValue, LOCK_EX | LOCK_NB) == 0 {
                return FileLock(path: path, file: file)
            }
            guard errno == EWOULDBLOCK || errno == EINTR else {
                let failure = Errno(rawValue: errno)
                try? file.close()
                throw SafeFile.inaccessible(path, failure)
            }
            usleep(pause)
        }
        try? file.close()
        throw .locked(path: path.string, seconds: seconds)
    }

    /// Takes the lock of a file that is there, at once.
    ///
    /// - Returns: `nil` where it is held, missing, or not this user's to lock.
    static func tryAcquire(existing path: FilePath) -> FileLock? {
        guard let file = try? SafeFile.open(path, []) else { return nil }
        guard flock(file.rawValue, LOCK_EX | LOCK_NB) == 0 else {
            try? file.close()
            return nil
        }
        return FileLock(path: path, file: file)
    }

    /// Whether somebody holds the lock; `false` where the file is missing.
    ///
    /// Asks with a shared lock on a read-only descriptor, so that a reader of somebody else's history
    /// can ask too, and the answer leaves no trace.
    static func isHeld(_ path: FilePath) -> Bool {
        guard
            let file = try? FileDescriptor.open(
                path, .readOnly, options: [.noFollow, .closeOnExec])
        else { return false }
        defer { try? file.close() }
        return flock(file.rawValue, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
    }

    /// Lets go, and takes the file away first, so that nobody finds it unlocked.
    func release(removing: Bool) {
        if removing { SafeFile.remove(path) }
        try? file.close()
    }
}
