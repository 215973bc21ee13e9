import EnclaviaCore
import Glibc
import SystemPackage

/// Files that this program writes: made 0600 in directories made 0700, and never reached through a
/// symbolic link or through a file that belongs to somebody else.
enum SafeFile {
    /// What lies at a path, without following a symbolic link there.
    struct Status {
        let mode: mode_t
        let owner: uid_t
        let size: Int64

        var isSymbolicLink: Bool { mode & S_IFMT == S_IFLNK }
        var isRegular: Bool { mode & S_IFMT == S_IFREG }
        var isDirectory: Bool { mode & S_IFMT == S_IFDIR }
    }

    /// `nil` where there is nothing, or nothing that this user may see.
    static func status(_ path: FilePath) -> Status? {
        var found = stat()
        guard path.withPlatformString({ lstat($0, &found) }) == 0 else { return nil }
        return Status(mode: found.st_mode, owner: found.st_uid, size: Int64(found.st_size))
    }

    /// Opens a file for writing, and makes it where it is missing.
    ///
    /// - Throws: ``StoreError/unsafe(path:reason:)`` for a symbolic link, a foreign owner, or what is no
    ///   regular file; ``StoreError/inaccessible(path:reason:)`` for the rest.
    static func open(
        _ path: FilePath, _ options: FileDescriptor.OpenOptions = [.create]
    ) throws(StoreError) -> FileDescriptor {
        let file: FileDescriptor
        do {
            file = try FileDescriptor.open(
                path, .readWrite, options: options.union([.noFollow, .closeOnExec]),
                permissions: .ownerReadWrite)
        } catch {
            if let status = status(path) { try check(status, path) }
            throw failure(at: path, error)
        }
        var found = stat()
        guard fstat(file.rawValue, &found) == 0 else {
            let code = Errno(rawValue: errno)
            try? file.close()
            throw failure(at: path, code)
        }
        do throws(StoreError) {
            try check(
                Status(mode: found.st_mode, owner: found.st_uid, size: Int64(found.st_size)), path)
        } catch {
            try? file.close()
            throw error
        }
        return file
    }

    /// The device and inode of the file at a path, through symbolic links; `nil` where there is none.
    static func identity(of path: FilePath) -> [UInt64]? {
        var found = stat()
        guard path.withPlatformString({ stat($0, &found) }) == 0 else { return nil }
        return [UInt64(found.st_dev), UInt64(found.st_ino)]
    }

    /// Whether an open file is the one that has that name now.
    static func isNamed(_ file: FileDescriptor, _ path: FilePath) -> Bool {
        var opened = stat()
        var named = stat()
        return fstat(file.rawValue, &opened) == 0
            && path.withPlatformString({ lstat($0, &named) }) == 0
            && opened.st_dev == named.st_dev && opened.st_ino == named.st_ino
    }

    /// Checks a file that another library is about to open for writing; a missing one is fine.
    static func check(_ path: FilePath) throws(StoreError) {
        if let status = status(path) { try check(status, path) }
    }

    private static func check(_ status: Status, _ path: FilePath) throws(StoreError) {
        if status.isSymbolicLink {
            throw .unsafe(path: path.string, reason: "it is a symbolic link")
        }
        guard status.isRegular else {
            throw .unsafe(path: path.string, reason: "it is not a regular file")
        }
        guard status.owner == geteuid() else {
            throw .unsafe(path: path.string, reason: "it belongs to user \(status.owner)")
        }
    }

    @discardableResult
    static func remove(_ path: FilePath) -> Bool {
        path.withPlatformString { unlink($0) } == 0
    }

    static func rename(_ source: FilePath, to target: FilePath) throws(StoreError) {
        let result = source.withPlatformString { source in
            target.withPlatformString { Glibc.rename(source, $0) }
        }
        guard result == 0 else { throw failure(at: target, Errno(rawValue: errno)) }
    }

    /// Makes what was written to a file durable.
    static func sync(_ file: FileDescriptor, _ path: FilePath) throws(StoreError) {
        guard fsync(file.rawValue) == 0 else { throw failure(at: path, Errno(rawValue: errno)) }
    }

    /// What an error of the system means for a file.
    static func failure(at path: FilePath, _ error: any Error) -> StoreError {
        switch error as? Errno {
        case .noSpace?, .diskQuotaExceeded?: .full(path: path.string)
        case .readOnlyFileSystem?: .readOnly(path: path.string)
        case let error?: .inaccessible(path: path.string, reason: error.description)
        case nil: .inaccessible(path: path.string, reason: "\(error)")
        }
    }
}
