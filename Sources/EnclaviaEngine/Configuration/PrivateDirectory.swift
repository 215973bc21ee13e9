import EnclaviaCore
import EnclaviaSystem
import Glibc
import Synchronization
import SystemPackage

/// A directory of one push that nobody else can enter, and that a lock keeps from being swept.
///
/// The lock is taken on a file in it, and lives exactly as long as the process, so that what a killed
/// process leaves behind can be told from what is in use.
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

    /// Makes one in the first of `parents` that takes it.
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

    /// A sweep may win a new directory before its lock is held; then another is made, after 1 to 10 ms.
    /// Sweeps take milliseconds, so that two seconds of them in a row are none of ours.
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
                // Nothing secret is in it yet; a sweep removes it where this does not.
                DirectoryTree.remove(path)
                throw error
            }
            DirectoryTree.remove(path)
            usleep(useconds_t(min(attempt + 1, 10) * 1000))
        }
        throw .resourceTemporarilyUnavailable
    }

    /// - Returns: `nil` where a sweep was quicker.
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

    /// What the client writes: its configuration, twice while it replaces the old one, in bytes.
    private static let room = 64 << 10

    /// Finds out whether the client will have room: a runtime directory is a small file system in memory.
    private static func checkRoom(in path: String) throws(Errno) {
        let name = FilePath(native: path + "/room")
        let file = try FileDescriptor.makeNew(name)
        defer {
            // It goes with the directory where this fails.
            try? file.close()
            try? name.unlink()
        }
        do throws(Errno) {
            try file.reserve(room)
        } catch {
            // Other errors, such as a limit of the process, are the client's to meet.
            if error == .noSpace || error == .diskQuotaExceeded { throw error }
        }
    }

    private static func randomName() -> String {
        var random = SystemRandomNumberGenerator()
        return Hexadecimal.encode((0..<16).map { _ in UInt8.random(in: 0...255, using: &random) })
    }

    /// Writes a file that only this user can read, and that was not there before.
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

    /// Removes it with all that is in it, and lets the lock go. A second call does nothing.
    ///
    /// - Returns: whether it is gone.
    @discardableResult
    package func removeNow() -> Bool {
        lock.withLock { lock in
            guard let held = lock else { return true }
            // A client that has yet to end may write while this removes, and a sweep may take its lock file
            // for that of a killed process.
            let isGone = (0..<20).contains { turn in
                if turn > 3 { usleep(5_000) }
                return DirectoryTree.remove(path)
            }
            held.release(removing: false)
            lock = nil
            return isGone
        }
    }

    /// Removes what killed processes left behind in `parent`.
    ///
    /// - Parameter onFailure: told of each that could not be removed.
    /// - Returns: how many were.
    package static func sweep(
        _ parent: String, onFailure: (_ path: String) -> Void = { _ in }
    ) -> Int {
        DirectoryTree.names(in: parent).filter { $0.hasPrefix(prefix) }
            .count { sweepOne("\(parent)/\($0)", onFailure) }
    }

    /// What a sweep of `parent` would remove.
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
            // What is no file holds no lock.
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
