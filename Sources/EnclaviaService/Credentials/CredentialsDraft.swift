import EnclaviaCore
import Glibc
import Synchronization
import SystemPackage

/// The file for the new credentials. It is opened, and its space reserved, before a token is requested, so
/// that the token can be stored. The caller must always call ``discard()``.
final class CredentialsDraft: Sendable {
    /// The space that is reserved on the disk, in bytes; far more than credentials need.
    private static let reserve = 64 << 10

    private let credentials: CredentialsFile
    private let file: FileDescriptor
    private let isWhole = Atomic(false)

    /// - Throws: ``CredentialsUnwritable`` where credentials could not be stored.
    init(
        _ credentials: CredentialsFile, holding lock: CredentialsLock
    ) throws(CredentialsUnwritable) {
        self.credentials = credentials
        try credentials.checkReplaceable()
        do {
            // Remove the draft of a crashed process; no other process writes one while this one holds the
            // lock. If that fails, the next call throws.
            try? credentials.draftPath.unlink()
            file = try .makeNew(credentials.draftPath)
        } catch {
            throw CredentialsUnwritable(
                path: credentials.directory.string, reason: CredentialsFile.message(error))
        }
        do throws(Errno) {
            try file.reserve(Self.reserve)
            // Network file systems, and those that allocate late, report a lack of space only here.
            try file.syncWherePossible()
        } catch {
            discard()
            throw CredentialsUnwritable(
                path: credentials.directory.string, reason: CredentialsFile.message(error))
        }
    }

    /// Writes `content` durably, and renames the draft to the credentials file.
    ///
    /// If the renaming fails, the draft stays, and the next holder of the lock tries again
    /// (``CredentialsFile/adoptDraft(holding:)``).
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

    /// Closes the draft, and removes it unless it holds complete credentials. If the removal fails, the next
    /// holder of the lock removes the draft.
    func discard() {
        // The content is synced already, or is not needed.
        try? file.close()
        guard !isWhole.load(ordering: .acquiring) else { return }
        try? credentials.draftPath.unlink()
    }
}
