import EnclaviaCore
import Glibc
import SystemPackage

// Who may have written the file. The rule is the one of ssh for its configuration (ssh_config(5), FILES):
// it belongs to this user or to root, and nobody else can write it. Files that CI jobs restore by a plain
// redirect are 0644, and those of a Kubernetes Secret belong to root, in a directory with mode 1777.

extension CredentialsFile {
    /// Checks an open file and the names that led to it.
    ///
    /// - Returns: whether others can read it, and this user could change that.
    /// - Throws: ``BackendError/configuration(subject:reason:)``.
    func isReadableByOthers(
        _ file: FileDescriptor, at path: FilePath
    ) throws(BackendError) -> Bool {
        let status: Stat
        do {
            status = try file.stat()
        } catch {
            throw refusal("cannot be examined: \(Self.words(error))")
        }
        guard status.type == .regular else { throw refusal("is not a regular file") }
        guard Self.isTrusted(status) else {
            throw refusal("belongs to another user: run `sudo chown \(geteuid()) \(path)`")
        }
        guard status.permissions.rawValue & 0o022 == 0 else {
            throw refusal("can be written by other users: run `chmod 600 \(path)`")
        }
        try checkDirectory(directory, allowsSticky: true)
        if linkTarget(of: path) != nil { try checkLink(path) }
        return status.permissions.rawValue & 0o044 != 0 && status.userID.rawValue == geteuid()
            && !Self.isOnReadOnlyFileSystem(file)
    }

    /// The target of a symbolic link; `nil` for what is none.
    func linkTarget(of path: FilePath) -> String? {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = path.withPlatformString { readlink($0, &bytes, bytes.count) }
        guard count >= 0 else { return nil }
        return String(decoding: bytes[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Whoever owns a link, or can write the directory of its target, chooses what is read.
    private func checkLink(_ path: FilePath) throws(BackendError) {
        guard let link = try? path.stat(followTargetSymlink: false), Self.isTrusted(link) else {
            throw refusal("is a symbolic link of another user: remove it")
        }
        guard let resolved = path.withPlatformString({ realpath($0, nil) }) else {
            throw refusal("cannot be examined: \(Self.words(Errno(rawValue: errno)))")
        }
        defer { free(resolved) }
        let target = FilePath(platformString: resolved)
        try checkDirectory(target.removingLastComponent(), allowsSticky: true)
    }

    /// Whoever can write the directory can put another file there, and where it is sticky can at least
    /// put one where none is.
    func checkDirectory() throws(BackendError) {
        try checkDirectory(directory, allowsSticky: false)
    }

    /// - Parameter allowsSticky: whether the entry is known to belong to this user or to root, which
    ///   others can neither rename nor remove in a sticky directory (inode(7)).
    private func checkDirectory(
        _ directory: FilePath, allowsSticky: Bool
    ) throws(BackendError) {
        let status: Stat
        do {
            status = try directory.stat()
        } catch {
            throw .configuration(
                subject: directory.string, reason: "cannot be examined: \(Self.words(error))")
        }
        guard Self.isTrusted(status) else {
            throw .configuration(
                subject: directory.string,
                reason: "belongs to another user: run `sudo chown \(geteuid()) \(directory)`")
        }
        let permissions = status.permissions
        guard
            permissions.rawValue & 0o022 == 0
                || (allowsSticky && permissions.contains(.saveText))
        else {
            throw .configuration(
                subject: directory.string,
                reason: "can be written by other users: run `chmod 700 \(directory)`")
        }
    }

    private static func isTrusted(_ status: Stat) -> Bool {
        status.userID.rawValue == geteuid() || status.userID.rawValue == 0
    }

    /// Where no `chmod` is possible.
    private static func isOnReadOnlyFileSystem(_ file: FileDescriptor) -> Bool {
        var status = statvfs()
        return fstatvfs(file.rawValue, &status) == 0 && status.f_flag & UInt(ST_RDONLY) != 0
    }
}
