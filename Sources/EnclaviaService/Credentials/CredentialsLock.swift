import EnclaviaCore
import EnclaviaSystem
import SystemPackage

/// Why credentials cannot be written, as a phrase that follows a path.
struct CredentialsUnwritable: Error, Hashable {
    let path: String
    let reason: String
}

/// The exclusive right to change the credentials file, held across all processes by a lock on
/// `credentials.lock`. It ends with ``release()``, or when the process ends.
struct CredentialsLock: Sendable {
    private let lock: FileLock

    /// Waits for the lock until `deadline`.
    ///
    /// - Throws: ``CredentialsUnwritable`` where the lock's file cannot be created, or another process holds
    ///   the lock until `deadline`.
    static func acquire(
        _ credentials: CredentialsFile, until deadline: Deadline
    ) async throws(CredentialsUnwritable) -> CredentialsLock {
        try credentials.makeDirectory()
        let path = credentials.lockPath
        while true {
            do throws(FileFault) {
                // The checks of the credentials file decide about the owner.
                if let lock = try FileLock.attempt(path, of: .anyone) {
                    return CredentialsLock(lock: lock)
                }
            } catch {
                // An existing lock file is another user's; if none could be created, the directory is at fault.
                let subject = path.status == nil ? credentials.directory : path
                throw CredentialsUnwritable(
                    path: subject.string, reason: CredentialsUnwritable(error).reason)
            }
            guard !deadline.hasPassed, (try? await Task.sleep(for: .milliseconds(10))) != nil else {
                throw CredentialsUnwritable(
                    path: path.string, reason: "another refresh has not finished")
            }
        }
    }

    func release() {
        lock.release(removing: false)
    }
}
