import EnclaviaCore
import EnclaviaSystem
import SystemPackage

/// Opens, checks and syncs the files that this program writes, with errors of the store. Files get mode 0600 and
/// directories 0700. A file that is a symbolic link or belongs to another user is refused.
enum PrivateFileIO {
    /// Opens a file for writing, and makes it where it is missing.
    ///
    /// - Throws: ``StoreError/unsafe(path:reason:)`` for a symbolic link, another user's file, or a file that is
    ///   not regular; ``StoreError/inaccessible(path:reason:)`` for the rest.
    static func open(
        _ path: FilePath, _ options: FileDescriptor.OpenOptions = [.create]
    ) throws(StoreError) -> FileDescriptor {
        try storing { () throws(FileFault) in try FileDescriptor.openOwn(path, options) }
    }

    /// Checks a file that another library is about to open for writing; a missing one is fine.
    static func check(_ path: FilePath) throws(StoreError) {
        guard let status = path.status else { return }
        do {
            try status.checkOwnFile()
        } catch {
            throw StoreError(FileFault(path, ownership: error))
        }
    }

    static func rename(_ source: FilePath, to target: FilePath) throws(StoreError) {
        try writing(target) { () throws(Errno) in try source.rename(to: target) }
    }

    /// Makes what was written to a file durable.
    static func sync(_ file: FileDescriptor, _ path: FilePath) throws(StoreError) {
        try writing(path) { () throws(Errno) in try file.sync() }
    }

    /// Makes the names in a directory durable.
    ///
    /// Ignores a directory that may not be read, and a file system that does not support it.
    ///
    /// - Throws: ``StoreError`` if the disk reports an error.
    static func sync(directory: FilePath) throws(StoreError) {
        do throws(Errno) {
            try directory.syncNames()
        } catch {
            guard error == .permissionDenied else { throw failure(at: directory, error) }
        }
    }

    /// Creates a directory and its missing parents with mode 0700, and makes their names durable.
    ///
    /// - Throws: ``StoreError/unsafe(path:reason:)`` for anything but a directory.
    static func makeDirectory(_ path: FilePath) throws(StoreError) {
        do throws(FileFault) {
            try path.makeDirectories()
        } catch {
            try checkLink(error.path.directoryName)
            throw StoreError(error)
        }
        try checkLink(path)
        let status = try writing(path) { () throws(Errno) in try path.stat() }
        guard status.type == .directory else {
            throw StoreError(FileFault(path, ownership: .notDirectory))
        }
    }

    /// - Throws: ``StoreError/inaccessible(path:reason:)`` for a symbolic link whose target does not exist, such as
    ///   a directory on a disk that is not mounted.
    static func checkLink(_ path: FilePath) throws(StoreError) {
        guard path.status?.type == .symbolicLink, path.followedStatus == nil else { return }
        throw .inaccessible(
            path: path.string,
            reason: "it is a symbolic link to a missing file: is the disk mounted?")
    }

    /// Like ``makeDirectory(_:)``, for a directory that files are written to and removed from.
    ///
    /// - Parameter isLinkable: whether it may be a symbolic link, as the state directory may, which people move to
    ///   other disks.
    /// - Throws: ``StoreError/unsafe(path:reason:)`` for a symbolic link unless `isLinkable`, and for a directory
    ///   of a user other than this one and root.
    static func makeOwnDirectory(
        _ path: FilePath, isLinkable: Bool = false
    ) throws(StoreError) {
        try makeDirectory(path)
        if !isLinkable, path.status?.type == .symbolicLink {
            throw StoreError(FileFault(path, ownership: .symbolicLink))
        }
        let owner = try writing(path) { () throws(Errno) in try path.stat() }.userID
        guard Owner.thisUserOrRoot.includes(owner) else {
            throw StoreError(FileFault(path, ownership: .otherOwner(uid: owner.rawValue)))
        }
    }

    /// The mode of a directory that others than its owner may write to; `nil` for any other.
    static func openMode(_ directory: FilePath) -> UInt16? {
        guard let status = directory.followedStatus, status.isWritableByOthers else { return nil }
        return UInt16(truncatingIfNeeded: status.permissions.rawValue)
    }

    /// - Throws: ``StoreError/unsafe(path:reason:)`` for a directory that others may write to.
    static func checkPrivate(_ directory: FilePath) throws(StoreError) {
        guard openMode(directory) != nil else { return }
        throw StoreError(FileFault(directory, ownership: .writable))
    }

    /// The store's error for a system error at `path`.
    static func failure(at path: FilePath, _ error: any Error) -> StoreError {
        switch error as? Errno {
        case .noSpace?, .diskQuotaExceeded?: .full(path: path.string)
        case .readOnlyFileSystem?: .readOnly(path: path.string)
        case let error?: .inaccessible(path: path.string, reason: error.description)
        case nil: .inaccessible(path: path.string, reason: "\(error)")
        }
    }

    private static func writing<Value>(
        _ path: FilePath, _ body: () throws(Errno) -> Value
    ) throws(StoreError) -> Value {
        do throws(Errno) {
            return try body()
        } catch {
            throw failure(at: path, error)
        }
    }
}

/// Runs `body`, and throws its ``FileFault`` as a ``StoreError``.
func storing<Value>(_ body: () throws(FileFault) -> Value) throws(StoreError) -> Value {
    do throws(FileFault) {
        return try body()
    } catch {
        throw StoreError(error)
    }
}

extension StoreError {
    init(_ fault: FileFault) {
        switch fault.reason {
        case .system(let error): self = PrivateFileIO.failure(at: fault.path, error)
        case .ownership(let ownership):
            self = .unsafe(path: fault.path.string, reason: Self.reason(ownership))
        }
    }

    private static func reason(_ fault: OwnershipFault) -> String {
        switch fault {
        case .symbolicLink: "it is a symbolic link"
        case .notRegular: "it is not a regular file"
        case .notDirectory: "it is not a directory"
        case .otherOwner(let uid): "it belongs to user \(uid)"
        case .writable: "other users can write to it"
        }
    }
}

extension FileLock {
    /// Takes the lock, making the file where it is missing, or waits for it.
    ///
    /// - Throws: ``StoreError/locked(path:seconds:)`` where it is held for longer than `seconds`.
    static func acquire(
        _ path: FilePath, _ options: FileDescriptor.OpenOptions = [.create], seconds: Int
    ) throws(StoreError) -> FileLock {
        let lock = try storing { () throws(FileFault) in
            try acquire(path, options, until: Deadline(after: .seconds(seconds)))
        }
        guard let lock else { throw .locked(path: path.string, seconds: seconds) }
        return lock
    }
}
