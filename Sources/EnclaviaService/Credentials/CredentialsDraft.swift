import EnclaviaCore
import Glibc
import Synchronization
import SystemPackage

/// The file that the next credentials go into, open and with its space reserved before a token is asked
/// for, so that a token that has been given can be kept. ``discard()`` must be called on every way out.
final class CredentialsDraft: Sendable {
    /// What is reserved on the disk, in bytes; far more than any credentials take.
    private static let reserve = 64 << 10

    private let credentials: CredentialsFile
    private let file: FileDescriptor
    private let isWhole = Atomic(false)

    /// - Throws: ``CredentialsUnwritable`` where nothing could be stored.
    init(
        _ credentials: CredentialsFile, holding lock: CredentialsLock
    ) throws(CredentialsUnwritable) {
        self.credentials = credentials
        try credentials.checkReplaceable()
        do {
            // Of a process that died here; nobody else writes while the lock is held. Where it cannot be
            // removed, the next call says so.
            try? credentials.draftPath.unlink()
            file = try .makeNew(credentials.draftPath)
        } catch {
            throw CredentialsUnwritable(
                path: credentials.directory.string, reason: CredentialsFile.message(error))
        }
        do throws(Errno) {
            try file.reserve(Self.reserve)
            // A file system of the network, or one that allocates late, tells only then that there is no space.
            try file.syncWherePossible()
        } catch {
            discard()
            throw CredentialsUnwritable(
                path: credentials.directory.string, reason: CredentialsFile.message(error))
        }
    }

    /// Writes `content` and gives it the file's name, durably.
    ///
    /// Where it cannot have that name after all, the draft stays, and the next holder of the lock tries
    /// again (``CredentialsFile/adoptDraft(holding:)``).
    func store(_ content: Credentials) throws(CredentialsUnwritable) {
        do {
            let bytes = try content.json()
            try file.writeAll(toAbsoluteOffset: 0, bytes)
            try file.truncate(to: Int64(bytes.count))
            isWhole.store(true, ordering: .releasing)
            try file.sync()
            try credentials.draftPath.rename(to: credentials.path)
        } catch {
            throw CredentialsUnwritable(
                path: credentials.path.string, reason: CredentialsFile.message(error))
        }
        credentials.syncNames()
    }

    /// Removes what holds no whole credentials. It fails at most where nothing can be written any more:
    /// the next holder of the lock removes it then.
    func discard() {
        // Its content is on the disk, or is not wanted.
        try? file.close()
        guard !isWhole.load(ordering: .acquiring) else { return }
        try? credentials.draftPath.unlink()
    }
}
