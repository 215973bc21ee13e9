import EnclaviaCore
import EnclaviaSystem
import Glibc
import SystemPackage

// Who may have written the file. The rule is the one of ssh for its configuration (ssh_config(5), FILES):
// it belongs to this user or to root, and nobody else can write it. Files that CI jobs restore by a plain
// redirect are 0644, and those of a Kubernetes Secret belong to root, in a directory with mode 1777.

extension CredentialsFile {
    /// Checks an open file, its directory and the symbolic link that leads to it.
    ///
    /// - Returns: whether others can read the file, and this user could change that.
    /// - Throws: ``BackendError/configuration(subject:reason:)``.
    func isReadableByOthers(
        _ file: FileDescriptor, at path: FilePath
    ) throws(BackendError) -> Bool {
        let status: Stat
        do {
            status = try file.stat()
        } catch {
            throw refusal("cannot be examined: \(Self.message(error))")
        }
        do throws(OwnershipFault) {
            try status.checkTrustedFile()
        } catch {
            throw refusal(Self.message(error, path, mode: "600"))
        }
        try checkDirectory(directory, allowsSticky: true)
        if path.linkTarget != nil { try checkLink(path) }
        return status.permissions.rawValue & 0o044 != 0 && Owner.thisUser.includes(status.userID)
            && !Self.isOnReadOnlyFileSystem(file)
    }

    /// Checks a link's owner and the directory of its target: both decide which file is read.
    private func checkLink(_ path: FilePath) throws(BackendError) {
        guard let link = path.status, Owner.thisUserOrRoot.includes(link.userID) else {
            throw refusal("is a symbolic link that belongs to another user: remove it")
        }
        let target: FilePath
        do {
            target = try path.resolved()
        } catch {
            throw refusal("cannot be examined: \(Self.message(error))")
        }
        try checkDirectory(target.removingLastComponent(), allowsSticky: true)
    }

    /// Checks that no other user can create or replace a file in the directory. If others can write to it, it
    /// fails even if it is sticky: they could still create files in it.
    func checkDirectory() throws(BackendError) {
        try checkDirectory(directory, allowsSticky: false)
    }

    /// - Parameter allowsSticky: whether the entry is known to belong to this user or to root. Other users can
    ///   neither rename nor remove such an entry in a sticky directory (inode(7)).
    private func checkDirectory(
        _ directory: FilePath, allowsSticky: Bool
    ) throws(BackendError) {
        let status: Stat
        do {
            status = try directory.stat()
        } catch {
            throw .configuration(
                subject: directory.string, reason: "cannot be examined: \(Self.message(error))")
        }
        do throws(OwnershipFault) {
            try status.checkDirectory(of: .thisUserOrRoot, allowsSticky: allowsSticky)
        } catch {
            throw .configuration(
                subject: directory.string, reason: Self.message(error, directory, mode: "700"))
        }
    }

    /// - Parameter mode: the mode that `path` should have.
    private static func message(_ fault: OwnershipFault, _ path: FilePath, mode: String) -> String {
        switch fault {
        case .symbolicLink, .notRegular, .notDirectory: fault.message
        case .otherOwner: "\(fault.message): run `sudo chown \(geteuid()) \(path)`"
        case .writable: "\(fault.message): run `chmod \(mode) \(path)`"
        }
    }

    /// Whether `chmod` is impossible.
    private static func isOnReadOnlyFileSystem(_ file: FileDescriptor) -> Bool {
        var status = statvfs()
        return fstatvfs(file.rawValue, &status) == 0 && status.f_flag & UInt(ST_RDONLY) != 0
    }
}
