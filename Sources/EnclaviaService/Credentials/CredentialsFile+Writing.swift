import EnclaviaCore
import EnclaviaSystem
import Glibc
import SystemPackage

// What is done to the file and its directory under the lock.

extension CredentialsFile {
    /// Makes the directory, and those above it that are missing, 0700; takes the rights of others away.
    func makeDirectory() throws(CredentialsUnwritable) {
        do throws(FileFault) {
            try directory.makeDirectories()
        } catch {
            throw CredentialsUnwritable(error)
        }
        if let status = directory.followedStatus, Owner.thisUser.includes(status.userID),
            status.isOpenToOthers
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

    /// Gives the file's name to a draft that holds whole credentials and is newer than the file: a process
    /// that died between the backend's answer and the renaming left it, and the file's refresh token is
    /// spent.
    ///
    /// - Throws: ``CredentialsUnwritable`` where it cannot have that name: it must not be replaced then.
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

    /// A link, or somebody else's file, is not replaced: who put it there meant something by it.
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
    /// ErrorMessages that follow a path.
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
