import Glibc
import SystemPackage

extension FileDescriptor {
    /// Creates a new file and opens it for writing.
    ///
    /// - Parameter permissions: subject to the umask.
    /// - Throws: `Errno`; `fileExists` for a symbolic link too.
    package static func makeNew(
        _ path: FilePath, permissions: FilePermissions = .ownerReadWrite
    ) throws(Errno) -> FileDescriptor {
        do {
            return try open(
                path, .writeOnly,
                options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
                permissions: permissions)
        } catch {
            throw error as? Errno ?? .ioError
        }
    }

    /// Opens a file that belongs to `owner` for reading and writing, and creates it with mode 0600 if `options` say
    /// so. Never follows a symbolic link.
    ///
    /// - Throws: ``FileFault``.
    package static func openOwn(
        _ path: FilePath, _ options: OpenOptions = [.create], of owner: Owner = .thisUser
    ) throws(FileFault) -> FileDescriptor {
        let file: FileDescriptor
        do {
            file = try open(
                path, .readWrite, options: options.union([.noFollow, .closeOnExec]),
                permissions: .ownerReadWrite)
        } catch {
            if let status = path.status { try check(status, path, owner) }
            throw FileFault(path, error as? Errno ?? .ioError)
        }
        do throws(FileFault) {
            try check(try file.status(path), path, owner)
            return file
        } catch {
            // Nothing was written to it.
            try? file.close()
            throw error
        }
    }

    private static func check(
        _ status: Stat, _ path: FilePath, _ owner: Owner
    ) throws(FileFault) {
        do {
            try status.checkOwnFile(of: owner)
        } catch {
            throw FileFault(path, ownership: error)
        }
    }

    private func status(_ path: FilePath) throws(FileFault) -> Stat {
        do {
            return try stat()
        } catch {
            throw FileFault(path, error)
        }
    }

    /// Whether this open file is the one that has that name now.
    ///
    /// - Parameter followsLink: whether the name may be a symbolic link to it.
    package func isNamed(_ path: FilePath, followsLink: Bool = false) -> Bool {
        guard let named = followsLink ? path.followedStatus : path.status else { return false }
        return (try? stat())?.identity == named.identity
    }
}
