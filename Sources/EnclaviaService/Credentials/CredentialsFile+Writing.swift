import EnclaviaCore
import EnclaviaSystem
import Glibc
import SystemPackage

// What is done to the file and its directory under the lock.

extension CredentialsFile {
    /// Makes the directory, and those above it that are missing, 0700; takes the rights of others away.
    func makeDirectory() throws(CredentialsUnwritable) {
        var missing: [FilePath] = []
        var next = directory
        while !next.isEmpty, (try? next.stat()) == nil {
            missing.append(next)
            guard next.removeLastComponent() else { break }
        }
        for path in missing.reversed() where path.withPlatformString({ mkdir($0, 0o700) }) != 0 {
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
            _ = directory.withPlatformString { chmod($0, 0o700) }
        }
    }

    /// The lock for a logout, whose failure says what stays.
    func lockForRemoval() async throws(CredentialsUnwritable) -> CredentialsLock {
        do throws(CredentialsUnwritable) {
            return try await CredentialsLock.acquire(self, until: Deadline(after: .seconds(30)))
        } catch {
            throw CredentialsUnwritable(
                path: path.string,
                reason: "cannot be removed: \(error.path): \(error.reason)")
        }
    }

    /// Removes the file, and the draft that a killed process may have left; `false` where there was neither.
    ///
    /// - Throws: ``CredentialsUnwritable`` where one of them is still there.
    ///   Neither keeps the other, and the draft goes first, since the next command would take it over.
    func remove(holding lock: CredentialsLock) throws(CredentialsUnwritable) -> Bool {
        var wasThere = false
        var failures: [CredentialsUnwritable] = []
        for path in [draftPath, path] {
            do throws(CredentialsUnwritable) {
                if try remove(path) { wasThere = true }
            } catch {
                failures.append(error)
            }
        }
        syncNames()
        if let failure = failures.first { throw failure }
        return wasThere
    }

    private func remove(_ path: FilePath) throws(CredentialsUnwritable) -> Bool {
        if path == self.path, let target = linkTarget(of: path) {
            throw CredentialsUnwritable(
                path: path.string,
                reason: "is a symbolic link, and what it leads to (\(target)) is not removed:"
                    + " remove both")
        }
        if path.withPlatformString({ unlink($0) }) == 0 { return true }
        let failure = Errno(rawValue: errno)
        if failure == .noSuchFileOrDirectory { return false }
        let reason = "cannot be removed: \(Self.words(failure))"
        throw CredentialsUnwritable(
            path: path.string,
            reason: MountPoint.contains(path)
                ? "\(reason): it is mounted by itself: unmount it, and remove what was mounted"
                : reason)
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
        try checkReplaceable()
        guard
            draftPath.withPlatformString({ draft in
                path.withPlatformString { rename(draft, $0) }
            }) == 0
        else {
            throw CredentialsUnwritable(
                path: path.string, reason: Self.words(Errno(rawValue: errno)))
        }
        syncNames()
    }

    /// A link, or somebody else's file, is not replaced: who put it there meant something by it.
    func checkReplaceable() throws(CredentialsUnwritable) {
        do throws(BackendError) {
            try checkDirectory()
        } catch {
            guard case .configuration(let path, let reason) = error else { return }
            throw CredentialsUnwritable(path: path, reason: reason)
        }
        guard let status = try? path.stat(followTargetSymlink: false) else { return }
        if status.type == .symbolicLink {
            throw CredentialsUnwritable(
                path: path.string, reason: "is a symbolic link, which is never replaced")
        }
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
        if MountPoint.contains(path) {
            throw CredentialsUnwritable(
                path: path.string,
                reason: "is a mount point, which cannot be replaced: mount its directory instead")
        }
        // A kernel without statx knows none of these attributes.
        if FileAttributes(path)?.isFixed == true {
            throw CredentialsUnwritable(
                path: path.string, reason: "is immutable: run `chattr -ia \(path)`")
        }
    }

    /// Brings the names in the directory to the disk. The new state can be seen by everybody whether this
    /// works or not, and is written a few seconds later at the latest; an error of the disk shows in the
    /// next call, so that it is not told as one of this.
    func syncNames() { try? sync(directory) }

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
