import EnclaviaCore
import EnclaviaSystem
import Glibc
import Synchronization
import SystemPackage

/// A directory of one push, which other users cannot enter, and which a lock protects from sweeps.
///
/// The lock is on a file in the directory, and the kernel releases it when the process ends. So an unlocked
/// directory belongs to a killed process.
package final class PrivateDirectory: Sendable {
    package let path: String
    /// Held until the directory is removed.
    private let lock: Mutex<FileLock?>

    package static let prefix = "enclavia-docker-"
    static let lockName = "lock"

    private init(path: String, lock: FileLock) {
        self.path = path
        self.lock = Mutex(lock)
    }

    /// Creates a directory in the first of `parents` in which that works.
    ///
    /// - Throws: ``EngineError/noPrivateDirectory(path:reason:)`` naming the last of them.
    package static func make(inOneOf parents: [String]) throws(EngineError) -> PrivateDirectory {
        var failure = EngineError.noPrivateDirectory(path: "", reason: "no directory is known")
        for parent in parents {
            do throws(Errno) {
                return try make(in: parent)
            } catch {
                failure = .noPrivateDirectory(path: parent, reason: "\(error)")
            }
        }
        throw failure
    }

    /// A sweep may lock a new directory first; then this tries another name, after 1 to 10 ms. A sweep takes
    /// milliseconds, so after about two seconds the cause must be something else.
    private static func make(in parent: String) throws(Errno) -> PrivateDirectory {
        for attempt in 0..<200 {
            let path = "\(parent)/\(prefix)\(randomName())"
            guard mkdir(path.native, 0o700) == 0 else { throw Errno(rawValue: errno) }
            do throws(Errno) {
                if let lock = try takeLock(in: path) {
                    do throws(Errno) {
                        try checkRoom(in: path)
                    } catch {
                        lock.release(removing: false)
                        throw error
                    }
                    return PrivateDirectory(path: path, lock: lock)
                }
            } catch {
                // It holds no secrets yet. If this fails, a sweep removes it.
                DirectoryTree.remove(path)
                throw error
            }
            DirectoryTree.remove(path)
            usleep(useconds_t(min(attempt + 1, 10) * 1000))
        }
        throw .resourceTemporarilyUnavailable
    }

    /// - Returns: `nil` where a sweep was faster.
    private static func takeLock(in path: String) throws(Errno) -> FileLock? {
        do throws(FileFault) {
            return try FileLock.attempt(lockPath(of: path), [.create, .exclusiveCreate])
        } catch {
            switch error.error {
            case .noSuchFileOrDirectory, .fileExists, nil: return nil
            case let error?: throw error
            }
        }
    }

    private static func lockPath(of path: String) -> FilePath {
        FilePath(native: path + "/" + lockName)
    }

    /// The space that the client needs, in bytes: its configuration, twice while it replaces the old one.
    private static let room = 64 << 10

    /// Checks that the client will have enough space: a runtime directory is a small file system in memory.
    private static func checkRoom(in path: String) throws(Errno) {
        let name = FilePath(native: path + "/room")
        let file = try FileDescriptor.makeNew(name)
        defer {
            // If this fails, the file is removed with the directory.
            try? file.close()
            try? name.unlink()
        }
        do throws(Errno) {
            try file.reserve(room)
        } catch {
            // Leave other errors, such as a limit of the process, to the client.
            if error == .noSpace || error == .diskQuotaExceeded { throw error }
        }
    }

    private static func randomName() -> String {
        var random = SystemRandomNumberGenerator()
        return Hexadecimal.encode((0..<16).map { _ in UInt8.random(in: 0...255, using: &random) })
    }

    /// Creates a file that only this user can read; it must not exist yet.
    func write(_ text: String, to name: String) throws(EngineError) {
        do {
            let file = try FileDescriptor.makeNew(FilePath(native: "\(path)/\(name)"))
            try file.closeAfter { _ = try file.writeAll(text.utf8) }
        } catch {
            throw .configuration(path: "\(path)/\(name)", reason: "\(error)")
        }
    }

    /// Links `name` to `target`, unless that does not exist.
    func link(_ name: String, to target: String) throws(EngineError) {
        guard access(target.native, F_OK) == 0 else { return }
        guard symlink(target.native, "\(path)/\(name)".native) == 0 else {
            throw .configuration(path: "\(path)/\(name)", reason: "\(Errno(rawValue: errno))")
        }
    }

    /// Removes the directory with its content, and releases the lock. A second call does nothing.
    ///
    /// - Returns: whether the directory is removed.
    @discardableResult
    package func removeNow() -> Bool {
        lock.withLock { lock in
            guard let held = lock else { return true }
            // A client that is still running may add files meanwhile, and a sweep may treat the directory as
            // that of a killed process.
            let isGone = (0..<20).contains { turn in
                if turn > 3 { usleep(5_000) }
                return DirectoryTree.remove(path)
            }
            held.release(removing: false)
            lock = nil
            return isGone
        }
    }

    /// Removes the orphaned directories, which killed processes left behind, in `parent`.
    ///
    /// - Parameter onFailure: called with the path of each that could not be removed.
    /// - Returns: the number of those that were removed.
    package static func sweep(
        _ parent: String, onFailure: (_ path: String) -> Void = { _ in }
    ) -> Int {
        DirectoryTree.names(in: parent).filter { $0.hasPrefix(prefix) }
            .count { sweepOne("\(parent)/\($0)", onFailure) }
    }

    /// The orphaned directories, which a sweep of `parent` would remove.
    static func orphanedCredentials(in parent: String) -> [String] {
        DirectoryTree.names(in: parent).filter { $0.hasPrefix(prefix) }.map { "\(parent)/\($0)" }
            .filter { !FileLock.isHeld(lockPath(of: $0)) }
    }

    private static func sweepOne(_ path: String, _ onFailure: (String) -> Void) -> Bool {
        guard let status = FilePath(native: path).status, status.type == .directory,
            Owner.thisUser.includes(status.userID)
        else { return false }
        var lock: FileLock?
        defer { lock?.release(removing: false) }
        do throws(FileFault) {
            lock = try FileLock.attempt(lockPath(of: path), of: .anyone)
            guard lock != nil else { return false }
        } catch {
            // The lock path is not a file, so that no process can hold the lock.
            guard error.error != nil else { return remove(path, onFailure) }
            // Another sweep may have removed it meanwhile.
            if access(path.native, F_OK) == 0 { onFailure(path) }
            return false
        }
        return remove(path, onFailure)
    }

    private static func remove(_ path: String, _ onFailure: (String) -> Void) -> Bool {
        let isGone = DirectoryTree.remove(path)
        if !isGone { onFailure(path) }
        return isGone
    }
}
