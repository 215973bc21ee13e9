import Glibc
import SystemPackage

extension FileDescriptor {
    /// Makes what was written durable.
    ///
    /// - Throws: `Errno`.
    package func sync() throws(Errno) {
        guard fsync(rawValue) == 0 else { throw Errno(rawValue: errno) }
    }

    /// Makes what was written durable, where the file system can (`EINVAL`, `EOPNOTSUPP` of fsync(2)).
    ///
    /// - Throws: `Errno`, where the disk reports an error.
    package func syncWherePossible() throws(Errno) {
        do {
            try sync()
        } catch {
            guard error == .invalidArgument || error == .notSupported else { throw error }
        }
    }

    /// Truncates the file, or extends it with zeros.
    ///
    /// - Parameter size: in bytes.
    /// - Throws: `Errno`.
    package func truncate(to size: Int64) throws(Errno) {
        guard ftruncate(rawValue, off_t(size)) == 0 else { throw Errno(rawValue: errno) }
    }

    /// Reserves space on the disk, if the file system supports it.
    ///
    /// - Parameter size: in bytes, from the beginning of the file.
    /// - Throws: `Errno`, such as `noSpace`.
    package func reserve(_ size: Int) throws(Errno) {
        var result = EINTR
        while result == EINTR { result = posix_fallocate(rawValue, 0, off_t(size)) }
        switch result {
        case 0, EOPNOTSUPP, EINVAL, ENOSYS, ENODEV: return
        default: throw Errno(rawValue: result)
        }
    }
}

extension FilePath {
    /// Makes the names in this directory durable, where the file system can.
    ///
    /// - Throws: `Errno`; `permissionDenied` for a directory that may not be read.
    package func syncNames() throws(Errno) {
        do {
            let directory = try FileDescriptor.open(
                self, .readOnly, options: [.directory, .closeOnExec])
            try directory.closeAfter { try directory.syncWherePossible() }
        } catch {
            throw error as? Errno ?? .ioError
        }
    }

    /// Creates this directory and its missing parents with mode 0700, and makes their names durable, except for
    /// those in a directory that may not be read. Leaves anything that already has the name as it is.
    ///
    /// - Throws: ``FileFault`` naming the highest directory that could not be made.
    package func makeDirectories() throws(FileFault) {
        switch makeDirectory() {
        case nil: break
        case .fileExists?: return
        case .noSuchFileOrDirectory?, .notDirectory?,
            .permissionDenied?
        where !removingLastComponent().isEmpty:
            try removingLastComponent().makeDirectories()
            if let second = makeDirectory(), second != .fileExists { throw FileFault(self, second) }
        case let error?: throw FileFault(self, error)
        }
        do throws(Errno) {
            try directoryName.syncNames()
        } catch {
            guard error == .permissionDenied else { throw FileFault(directoryName, error) }
        }
    }

    private func makeDirectory() -> Errno? {
        withPlatformString { mkdir($0, 0o700) } == 0 ? nil : Errno(rawValue: errno)
    }
}
