import EnclaviaCore
import Glibc
import Synchronization
import SystemPackage

/// A directory of one push that nobody else can enter, and that a lock keeps from being swept.
///
/// The lock is taken on a file in it, and lives exactly as long as the process, so that what a killed
/// process leaves behind can be told from what is in use.
package final class PrivateDirectory: Sendable {
    package let path: String
    /// The lock's descriptor, until the directory is removed.
    private let lock: Mutex<FileDescriptor?>

    package static let prefix = "enclavia-docker-"
    static let lockName = "lock"

    private init(path: String, lock: FileDescriptor) {
        self.path = path
        self.lock = Mutex(lock)
    }

    /// Makes one in the first of `parents` that takes it.
    ///
    /// - Throws: ``EngineError/configuration(path:reason:)`` naming the last of them.
    package static func make(inOneOf parents: [String]) throws(EngineError) -> PrivateDirectory {
        var failure = EngineError.configuration(path: "", reason: "no directory to make it in")
        for parent in parents {
            do throws(Errno) {
                return try make(in: parent)
            } catch {
                failure = .configuration(path: parent, reason: "\(error)")
            }
        }
        throw failure
    }

    /// A sweep may win a new directory before its lock is held; then another is made, after 1 to 10 ms.
    /// Sweeps take milliseconds, so that two seconds of them in a row are none of ours.
    private static func make(in parent: String) throws(Errno) -> PrivateDirectory {
        for attempt in 0..<200 {
            let path = "\(parent)/\(prefix)\(randomName())"
            guard mkdir(path, 0o700) == 0 else { throw Errno(rawValue: errno) }
            do throws(Errno) {
                if let lock = try takeLock(in: path) {
                    return PrivateDirectory(path: path, lock: lock)
                }
            } catch {
                DirectoryTree.remove(path)
                throw error
            }
            DirectoryTree.remove(path)
            usleep(useconds_t(min(attempt + 1, 10) * 1000))
        }
        throw .resourceTemporarilyUnavailable
    }

    /// - Returns: `nil` where a sweep was quicker.
    private static func takeLock(in path: String) throws(Errno) -> FileDescriptor? {
        let lock: FileDescriptor
        do {
            lock = try FileDescriptor.open(
                FilePath(path + "/" + lockName), .readWrite,
                options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
                permissions: .ownerReadWrite)
        } catch {
            guard let error = error as? Errno, error != .noSuchFileOrDirectory, error != .fileExists
            else { return nil }
            throw error
        }
        var status = stat()
        guard flock(lock.rawValue, LOCK_EX | LOCK_NB) == 0,
            fstat(lock.rawValue, &status) == 0, status.st_nlink > 0
        else {
            close(lock.rawValue)
            return nil
        }
        return lock
    }

    private static func randomName() -> String {
        var random = SystemRandomNumberGenerator()
        return Hexadecimal.encode((0..<16).map { _ in UInt8.random(in: 0...255, using: &random) })
    }

    /// Writes a file that only this user can read, and that was not there before.
    func write(_ text: String, to name: String) throws(EngineError) {
        do {
            let file = try FileDescriptor.open(
                FilePath("\(path)/\(name)"), .writeOnly,
                options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
                permissions: .ownerReadWrite)
            try file.closeAfter { _ = try file.writeAll(text.utf8) }
        } catch {
            throw .configuration(path: "\(path)/\(name)", reason: "\(error)")
        }
    }

    /// Links `name` to `target`, unless that does not exist.
    func link(_ name: String, to target: String) throws(EngineError) {
        guard access(target, F_OK) == 0 else { return }
        guard symlink(target, "\(path)/\(name)") == 0 else {
            throw .configuration(path: "\(path)/\(name)", reason: "\(Errno(rawValue: errno))")
        }
    }

    /// Removes it with all that is in it, and lets the lock go. A second call does nothing.
    package func removeNow() {
        lock.withLock { descriptor in
            guard let held = descriptor else { return }
            // A client that has yet to end may write while this removes.
            _ = (0..<4).contains { _ in DirectoryTree.remove(path) }
            close(held.rawValue)
            descriptor = nil
        }
    }

    /// Removes what killed processes left behind in `parent`.
    ///
    /// - Returns: how many there were.
    package static func sweep(_ parent: String) -> Int {
        DirectoryTree.names(in: parent).filter { $0.hasPrefix(prefix) }
            .count { sweepOne("\(parent)/\($0)") }
    }

    /// What a sweep of `parent` would remove.
    static func leftovers(in parent: String) -> [String] {
        DirectoryTree.names(in: parent).filter { $0.hasPrefix(prefix) }.map { "\(parent)/\($0)" }
            .filter { !isInUse($0) }
    }

    private static func isInUse(_ path: String) -> Bool {
        guard
            let lock = try? FileDescriptor.open(
                FilePath(path + "/" + lockName), .readOnly, options: [.noFollow, .closeOnExec])
        else { return false }
        defer { close(lock.rawValue) }
        return flock(lock.rawValue, LOCK_SH | LOCK_NB) != 0
    }

    private static func sweepOne(_ path: String) -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR,
            status.st_uid == geteuid(),
            let lock = try? FileDescriptor.open(
                FilePath(path + "/" + lockName), .readWrite,
                options: [.create, .noFollow, .closeOnExec], permissions: .ownerReadWrite)
        else { return false }
        defer { close(lock.rawValue) }
        guard flock(lock.rawValue, LOCK_EX | LOCK_NB) == 0 else { return false }
        return DirectoryTree.remove(path)
    }
}
