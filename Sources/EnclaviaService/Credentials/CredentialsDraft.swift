import CLinux
import EnclaviaCore
import Synchronization
import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

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
    ///
    /// Where it cannot have that name after all, the draft stays, and the next holder of the lock tries
    /// again (``CredentialsFile/adoptDraft(holding:)``).
    func store(_ content: Credentials) throws(CredentialsUnwritable) {
        do {
            let bytes = try content.json()
            try file.writeAll(toAbsoluteOffset: 0, bytes)
            guard ftruncate(file.rawValue, off_t(bytes.count)) == 0 else {
                throw Errno(rawValue: errno)
            }
            isWhole.store(true, ordering: .releasing)
            guard fsync(file.rawValue) == 0,
                rename(credentials.draftPath.string, credentials.path.string) == 0
            else { throw Errno(rawValue: errno) }
        } catch {
            throw CredentialsUnwritable(
                path: credentials.path.string, reason: CredentialsFile.words(error))
        }
        credentials.syncNames()
    }

    /// Removes what holds no whole credentials. It fails at most where nothing can be written any more:
    /// the next holder of the lock removes it then.
    func discard() {
        // Its content is on the disk, or is not wanted.
        try? file.close()
        guard !isWhole.load(ordering: .acquiring) else { return }
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
        // A new directory whose name is not on the disk takes all that is in it with it (fsync(2)).
        for path in missing { try sync(path.removingLastComponent()) }
        if let status = try? directory.stat(), status.userID.rawValue == geteuid(),
            status.permissions.rawValue & 0o077 != 0
        {
            // Where that fails, the check of the directory says what matters.
            _ = chmod(directory.string, 0o700)
        }
    }

    /// Removes the file, and the draft that a killed process may have left; `false` where there was neither.
    ///
    /// - Throws: ``CredentialsUnwritable`` where one of them is still there.
    func remove(holding lock: CredentialsLock) throws(CredentialsUnwritable) -> Bool {
        var wasThere = false
        for path in [draftPath, path] {
            if unlink(path.string) == 0 {
                wasThere = true
                continue
            }
            let failure = Errno(rawValue: errno)
            guard failure == .noSuchFileOrDirectory else {
                throw CredentialsUnwritable(
                    path: path.string, reason: "cannot be removed: \(Self.words(failure))")
            }
        }
        syncNames()
        return wasThere
    }

    /// Gives the file's name to a draft that holds whole credentials and is newer than the file: a process
    /// that died between the backend's answer and the renaming left it, and the file's refresh token is
    /// spent.
    ///
    /// - Throws: ``CredentialsUnwritable`` where it cannot have that name: it must not be replaced then.
    func adoptDraft(holding lock: CredentialsLock) throws(CredentialsUnwritable) {
        guard (try? readDraft()) != nil, let draft = try? draftPath.stat(followTargetSymlink: false)
        else { return }
        if let present = try? path.stat(followTargetSymlink: false),
            (present.st_mtim.tv_sec, present.st_mtim.tv_nsec)
                > (draft.st_mtim.tv_sec, draft.st_mtim.tv_nsec)
        {
            return
        }
        guard rename(draftPath.string, path.string) == 0 else {
            throw CredentialsUnwritable(
                path: path.string, reason: Self.words(Errno(rawValue: errno)))
        }
        syncNames()
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
        try checkAttributes()
    }

    /// What would make the renaming fail, which must be known before a token is asked for: afterwards the
    /// old refresh token is spent.
    ///
    /// A file that is mounted by itself (`docker run -v credentials.json:…`) could be written in place, but
    /// the lock lies in the directory, which the other users of that file do not share: two of them would
    /// spend the same refresh token. So it is used as long as its access token lasts, and not refreshed.
    private func checkAttributes() throws(CredentialsUnwritable) {
        var attributes: UInt64 = 0
        // A kernel without statx knows none of these attributes.
        guard clinux_attributes(path.string, &attributes) == 0 else { return }
        if attributes & UInt64(clinux_is_mount_root) != 0 {
            throw CredentialsUnwritable(
                path: path.string,
                reason: "is a mount point, which cannot be replaced: mount its directory instead")
        }
        let fixed = clinux_is_immutable | clinux_is_append_only
        if attributes & UInt64(fixed) != 0 {
            throw CredentialsUnwritable(
                path: path.string, reason: "is immutable: run `chattr -ia \(path)`")
        }
    }

    /// Brings the names in the directory to the disk. The new state can be seen by everybody whether this
    /// works or not, and is written a few seconds later at the latest; an error of the disk shows in the
    /// next call, so that it is not told as one of this.
    fileprivate func syncNames() { try? sync(directory) }

    private func sync(_ directory: FilePath) throws(CredentialsUnwritable) {
        do {
            let handle = try FileDescriptor.open(
                directory, .readOnly, options: [.directory, .closeOnExec])
            // Nothing was written through it.
            defer { try? handle.close() }
            // EINVAL: a file system that cannot.
            guard fsync(handle.rawValue) == 0 || errno == EINVAL else {
                throw Errno(rawValue: errno)
            }
        } catch {
            throw CredentialsUnwritable(path: directory.string, reason: Self.words(error))
        }
    }
}
