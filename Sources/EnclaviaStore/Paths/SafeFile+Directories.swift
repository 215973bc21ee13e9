import EnclaviaCore
import Glibc
import SystemPackage

// Directories, which are made 0700, and whose names are durable once they are made.

extension SafeFile {
    /// Makes a directory and its parents, 0700 where they are missing, whose names are durable then.
    ///
    /// - Throws: ``StoreError/unsafe(path:reason:)`` for a directory of another user than this one
    ///   and root.
    static func makeDirectory(_ path: FilePath) throws(StoreError) {
        if try mkdir(path) != 0 {
            let code = Errno(rawValue: errno)
            switch code {
            case .fileExists:
                break
            case .noSuchFileOrDirectory where !path.removingLastComponent().isEmpty:
                try makeDirectory(path.removingLastComponent())
                if try mkdir(path) != 0, errno != EEXIST {
                    throw failure(at: path, Errno(rawValue: errno))
                }
            default:
                throw failure(at: path, code)
            }
        }
        try checkLink(path)
        var found = stat()
        guard path.withPlatformString({ stat($0, &found) }) == 0 else {
            throw failure(at: path, Errno(rawValue: errno))
        }
        guard found.st_mode & S_IFMT == S_IFDIR else {
            throw .unsafe(path: path.string, reason: "it is not a directory")
        }
    }

    /// - Throws: ``StoreError/inaccessible(path:reason:)`` for a symbolic link to what is not there, such as a
    /// directory on a disk that is not mounted.
    static func checkLink(_ path: FilePath) throws(StoreError) {
        guard status(path)?.isSymbolicLink == true, identity(of: path) == nil else { return }
        throw .inaccessible(
            path: path.string,
            reason: "it is a symbolic link to what is not there: is the disk mounted?")
    }

    /// Like ``makeDirectory(_:)``, for a directory that files are written to and removed from.
    ///
    /// - Parameter isLinkable: whether a symbolic link may stand for it, as for the state directory,
    ///   which people move to other disks.
    /// - Throws: ``StoreError/unsafe(path:reason:)`` for a link elsewhere, and for a directory of
    ///   another user than this one and root.
    static func makeOwnDirectory(
        _ path: FilePath, isLinkable: Bool = false
    ) throws(StoreError) {
        try makeDirectory(path)
        if !isLinkable, status(path)?.isSymbolicLink == true {
            throw .unsafe(path: path.string, reason: "it is a symbolic link")
        }
        var found = stat()
        guard path.withPlatformString({ stat($0, &found) }) == 0 else {
            throw failure(at: path, Errno(rawValue: errno))
        }
        guard found.st_uid == geteuid() || found.st_uid == 0 else {
            throw .unsafe(path: path.string, reason: "it belongs to user \(found.st_uid)")
        }
    }

    /// - Returns: 0, or -1 with `errno`.
    private static func mkdir(_ path: FilePath) throws(StoreError) -> CInt {
        let result = path.withPlatformString { Glibc.mkdir($0, 0o700) }
        if result == 0 {
            let parent = path.removingLastComponent()
            try sync(directory: parent.isEmpty ? "." : parent)
        }
        return result
    }

    /// The mode of a directory that others than its owner may write to; `nil` for any other.
    static func openMode(_ directory: FilePath) -> UInt16? {
        var found = stat()
        guard directory.withPlatformString({ stat($0, &found) }) == 0 else { return nil }
        let mode = UInt16(truncatingIfNeeded: found.st_mode & 0o7777)
        return mode & 0o022 == 0 ? nil : mode
    }

    /// - Throws: ``StoreError/unsafe(path:reason:)`` for a directory that others may write to.
    static func checkPrivate(_ directory: FilePath) throws(StoreError) {
        guard openMode(directory) != nil else { return }
        throw .unsafe(path: directory.string, reason: "others than you may write to it")
    }

    /// The names in a directory; none where it is missing, may not be read, or is a symbolic link.
    static func names(in directory: FilePath) -> [String] {
        guard status(directory)?.isDirectory == true else { return [] }
        guard let stream = directory.withPlatformString({ opendir($0) }) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Makes the names in a directory durable.
    ///
    /// A directory that may not be read, and a file system that cannot do it, are no failure: nobody could do more.
    ///
    /// - Throws: ``StoreError`` where the disk reports one.
    static func sync(directory: FilePath) throws(StoreError) {
        let file: FileDescriptor
        do {
            file = try FileDescriptor.open(
                directory, .readOnly, options: [.directory, .closeOnExec])
        } catch Errno.permissionDenied {
            return
        } catch {
            throw failure(at: directory, error)
        }
        let code = fsync(file.rawValue) == 0 ? nil : Errno(rawValue: errno)
        // It was read alone, so that closing it loses nothing.
        try? file.close()
        guard let code, code != .invalidArgument, code != .notSupported else { return }
        throw failure(at: directory, code)
    }

    /// A name in the directory that is not taken: `name`, or that with a number from 2.
    static func freeName(_ name: String, in directory: FilePath) -> FilePath {
        var path = directory.appending(name)
        var number = 2
        while status(path) != nil {
            path = directory.appending("\(name)-\(number)")
            number += 1
        }
        return path
    }
}
