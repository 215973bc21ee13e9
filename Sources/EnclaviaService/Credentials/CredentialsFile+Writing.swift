import EnclaviaCore
import EnclaviaSystem
import Glibc
import SystemPackage

// Operations that change the file and its directory under the lock.

extension CredentialsFile {
    /// Creates the directory and its missing parents with mode 0700, and removes other users' permissions.
    func makeDirectory() throws(CredentialsUnwritable) {
        do throws(FileFault) {
            try directory.makeDirectories()
        } catch {
            throw CredentialsUnwritable(error)
        }
        if let status = directory.followedStatus, Owner.thisUser.includes(status.userID),
            status.isOpenToOthers
        {
            // If this fails, the check of the directory reports what matters.
            _ = directory.withPlatformString { chmod($0, 0o700) }
        }
    }

    /// Acquires the lock for a logout, within 30 seconds; its error names the file that stays.
    func lockForRemoval() async throws(CredentialsUnwritable) -> CredentialsLock {
        do throws(CredentialsUnwritable) {
            return try await CredentialsLock.acquire(self, until: Deadline(after: .seconds(30)))
        } catch {
            throw CredentialsUnwritable(
                path: path.string,
                reason: "cannot be removed: \(error.path): \(error.reason)")
        }
    }

    /// Removes the file, and the draft that a killed process may have left. Removes the draft first, because
    /// the next command would adopt it, and the file also if removing the draft fails.
    ///
    /// - Returns: `false` where there was neither.
    /// - Throws: ``CredentialsUnwritable`` where one of them could not be removed.
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
        if path == self.path, let target = path.linkTarget {
            throw CredentialsUnwritable(
                path: path.string,
                reason: "is a symbolic link, and its target (\(target)) is not removed:"
                    + " remove both")
        }
        do throws(Errno) {
            try path.unlink()
            return true
        } catch {
            if error == .noSuchFileOrDirectory { return false }
            let reason = "cannot be removed: \(Self.message(error))"
            throw CredentialsUnwritable(
                path: path.string,
                reason: MountPoint.contains(path)
                    ? "\(reason): it is a mount point: unmount it, and remove the mounted file"
                    : reason)
        }
    }

    /// Replaces the file by a draft that holds complete credentials and is not older than the file. Such a
    /// draft is from a process that crashed between the backend's response and the renaming; the refresh token
    /// in the file is used up.
    ///
    /// - Throws: ``CredentialsUnwritable`` where the file cannot be replaced; the draft must be kept then.
    func adoptDraft(holding lock: CredentialsLock) throws(CredentialsUnwritable) {
        guard (try? readDraft()) != nil, let draft = draftPath.status else { return }
        if let present = path.status,
            (present.st_mtim.tv_sec, present.st_mtim.tv_nsec)
                > (draft.st_mtim.tv_sec, draft.st_mtim.tv_nsec)
        {
            return
        }
        try checkReplaceable()
        do {
            try draftPath.rename(to: path)
        } catch {
            throw CredentialsUnwritable(path: path.string, reason: Self.message(error))
        }
        syncNames()
    }

    /// Whether a file that is there can be replaced; as far as that can be told without trying.
    var isReplaceable: Bool {
        do throws(CredentialsUnwritable) {
            try checkReplaceable()
        } catch {
            return false
        }
        return directory.withPlatformString { access($0, W_OK) } == 0
    }

    /// Throws where the file cannot be replaced, and where it is a symbolic link or another user's file, which
    /// somebody has put there on purpose.
    func checkReplaceable() throws(CredentialsUnwritable) {
        do throws(BackendError) {
            try checkDirectory()
        } catch {
            guard case .configuration(let path, let reason) = error else { return }
            throw CredentialsUnwritable(path: path, reason: reason)
        }
        guard let status = path.status else { return }
        do throws(OwnershipFault) {
            try status.checkOwnFile()
        } catch {
            let addition = error == .symbolicLink ? ", which is never replaced" : ""
            throw CredentialsUnwritable(path: path.string, reason: error.message + addition)
        }
        try checkAttributes()
    }

    /// Checks for what would make the renaming fail. This must be known before a token is requested, which
    /// uses up the old refresh token.
    ///
    /// A file that is a mount point (`docker run -v credentials.json:…`) could be written in place. But the
    /// lock is in the directory, which the file's other users do not share, so that two of them could use the
    /// same refresh token. So such a file is used until its access token expires, and never refreshed.
    private func checkAttributes() throws(CredentialsUnwritable) {
        if MountPoint.contains(path) {
            throw CredentialsUnwritable(
                path: path.string,
                reason: "is a mount point, which cannot be replaced: mount its directory instead")
        }
        // A kernel without statx does not report these attributes.
        if FileAttributes(path)?.isFixed == true {
            throw CredentialsUnwritable(
                path: path.string, reason: "is immutable: run `chattr -ia \(path)`")
        }
    }

    /// Syncs the directory's names to the disk. Errors are ignored: the new state is visible in any case, and
    /// the kernel writes it within seconds; the next operation reports an error of the disk.
    func syncNames() { try? directory.syncNames() }
}

extension CredentialsUnwritable {
    init(_ fault: FileFault) {
        path = fault.path.string
        switch fault.reason {
        case .system(let error): reason = CredentialsFile.message(error)
        case .ownership(let ownership): reason = ownership.message
        }
    }
}

extension OwnershipFault {
    /// A message that follows a path.
    var message: String {
        switch self {
        case .symbolicLink: "is a symbolic link"
        case .notRegular: "is not a regular file"
        case .notDirectory: "is not a directory"
        case .otherOwner: "belongs to another user"
        case .writable: "can be written by other users"
        }
    }
}
