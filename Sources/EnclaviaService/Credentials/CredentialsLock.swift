import EnclaviaCore
import EnclaviaSystem
import Glibc
import SystemPackage

/// Why credentials cannot be written, in words that follow a path.
struct CredentialsUnwritable: Error, Hashable {
    let path: String
    let reason: String
}

/// The exclusive right to change the credentials file, held across all processes by an flock on
/// `credentials.lock`. It ends with ``release()``, or with the process, however that ends.
struct CredentialsLock: Sendable {
    private let file: FileDescriptor

    /// Waits for the lock until `deadline`.
    ///
    /// - Throws: ``CredentialsUnwritable`` where the lock's file cannot be made, or another holder kept
    ///   the lock for so long.
    static func acquire(
        _ credentials: CredentialsFile, until deadline: Deadline
    ) async throws(CredentialsUnwritable) -> CredentialsLock {
        try credentials.makeDirectory()
        let path = credentials.lockPath
        let file: FileDescriptor
        do {
            file = try .open(
                path, .readWrite, options: [.create, .noFollow, .closeOnExec],
                permissions: [.ownerRead, .ownerWrite])
        } catch {
            // A lock that is there belongs to another user; one that cannot be made is the directory's fault.
            let isThere = (try? path.stat(followTargetSymlink: false)) != nil
            throw CredentialsUnwritable(
                path: (isThere ? path : credentials.directory).string,
                reason: CredentialsFile.words(error))
        }
        while flock(file.rawValue, LOCK_EX | LOCK_NB) != 0 {
            let failure = Errno(rawValue: errno)
            guard failure == .wouldBlock || failure == .interrupted else {
                try? file.close()
                throw CredentialsUnwritable(
                    path: path.string, reason: CredentialsFile.words(failure))
            }
            guard deadline.remaining > .zero,
                (try? await Task.sleep(for: .milliseconds(10))) != nil
            else {
                try? file.close()
                throw CredentialsUnwritable(
                    path: path.string, reason: "another refresh does not come to its end")
            }
        }
        return CredentialsLock(file: file)
    }

    func release() {
        try? file.close()
    }
}
