import EnclaviaCore
import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// The file that the next credentials go into, open and with its space reserved before a token is asked
/// for, so that a token that has been given can be kept. ``discard()`` must be called on every way out.
struct CredentialsDraft: Sendable {
    /// What is reserved on the disk, in bytes; far more than any credentials take.
    private static let reserve = 64 << 10

    private let credentials: CredentialsFile
    private let file: FileDescriptor

    /// - Throws: ``CredentialsUnwritable`` where nothing could be stored.
    init(
        _ credentials: CredentialsFile, holding lock: CredentialsLock
    ) throws(CredentialsUnwritable) {
        self.credentials = credentials
        try credentials.checkReplaceable()
        do {
            // What a process left that died here; nobody else writes while the lock is held.
            _ = unlink(credentials.draftPath.string)
            file = try .open(
                credentials.draftPath, .writeOnly,
                options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
                permissions: [.ownerRead, .ownerWrite])
        } catch {
            throw CredentialsUnwritable(
                path: credentials.directory.string, reason: CredentialsFile.words(error))
        }
        let failure = Errno(rawValue: posix_fallocate(file.rawValue, 0, off_t(Self.reserve)))
        // Other errors say that the file system cannot reserve.
        if failure == .noSpace || failure == .diskQuotaExceeded {
            discard()
            throw CredentialsUnwritable(
                path: credentials.directory.string, reason: CredentialsFile.words(failure))
        }
    }

    /// Writes `content` and gives it the file's name, durably.
    func store(_ content: Credentials) throws(CredentialsUnwritable) {
        do {
            let bytes = try content.json()
            try file.writeAll(toAbsoluteOffset: 0, bytes)
            guard ftruncate(file.rawValue, off_t(bytes.count)) == 0, fsync(file.rawValue) == 0,
                rename(credentials.draftPath.string, credentials.path.string) == 0
            else { throw Errno(rawValue: errno) }
            try credentials.syncDirectory()
        } catch {
            throw CredentialsUnwritable(
                path: credentials.path.string, reason: CredentialsFile.words(error))
        }
    }

    func discard() {
        try? file.close()
        // Gone already where it was stored.
        _ = unlink(credentials.draftPath.string)
    }
}

extension CredentialsFile {
    /// Makes the directory, and those above it that are missing, 0700; takes the rights of others away.
    func makeDirectory() throws(CredentialsUnwritable) {
        var missing: [FilePath] = []
        var next = directory
        while !next.isEmpty, (try? next.stat()) == nil {
            missing.append(next)
            guard next.removeLastComponent() else { break }
        }
        for path in missing.reversed() where mkdir(path.string, 0o700) != 0 {
            let failure = Errno(rawValue: errno)
            guard failure == .fileExists else {
                throw CredentialsUnwritable(path: path.string, reason: Self.words(failure))
            }
        }
        if let status = try? directory.stat(), status.userID.rawValue == geteuid(),
            status.permissions.rawValue & 0o077 != 0
        {
            // Where that fails, the check of the directory says what matters.
            _ = chmod(directory.string, 0o700)
        }
    }

    /// Removes the file, durably; `false` where there was none.
    func remove(holding lock: CredentialsLock) throws(CredentialsUnwritable) -> Bool {
        if unlink(path.string) != 0 {
            let failure = Errno(rawValue: errno)
            if failure == .noSuchFileOrDirectory { return false }
            throw CredentialsUnwritable(path: path.string, reason: Self.words(failure))
        }
        try syncDirectory()
        return true
    }

    /// A link, or somebody else's file, is not replaced: who put it there meant something by it.
    fileprivate func checkReplaceable() throws(CredentialsUnwritable) {
        do throws(BackendError) {
            try checkDirectory()
        } catch {
            guard case .configuration(let path, let reason) = error else { return }
            throw CredentialsUnwritable(path: path, reason: reason)
        }
        guard let status = try? path.stat(followTargetSymlink: false) else { return }
        guard status.type == .regular else {
            throw CredentialsUnwritable(path: path.string, reason: "is not a regular file")
        }
        guard status.userID.rawValue == geteuid() else {
            throw CredentialsUnwritable(path: path.string, reason: "belongs to another user")
        }
    }

    fileprivate func syncDirectory() throws(CredentialsUnwritable) {
        do {
            let handle = try FileDescriptor.open(
                directory, .readOnly, options: [.directory, .closeOnExec])
            defer { try? handle.close() }
            guard fsync(handle.rawValue) == 0 || errno == EINVAL else {
                throw Errno(rawValue: errno)
            }
        } catch {
            throw CredentialsUnwritable(path: directory.string, reason: Self.words(error))
        }
    }
}
