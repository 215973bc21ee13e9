import EnclaviaCore
import Glibc
import SystemPackage

extension FilePath {
    /// The status of the path itself, without following a symbolic link; `nil` if there is nothing, or nothing that
    /// this user may see.
    package var status: Stat? { try? stat(followTargetSymlink: false) }

    /// The status of the path after following symbolic links; `nil` if there is nothing, or nothing that this user
    /// may see.
    package var followedStatus: Stat? { try? stat() }

    /// The directory that holds the name.
    package var directoryName: FilePath {
        let parent = removingLastComponent()
        return parent.isEmpty ? "." : parent
    }

    /// The path, or the nearest directory above it that is there.
    package var nearestExisting: FilePath {
        var path = self
        while path.status == nil, !path.removingLastComponent().isEmpty {
            path = path.removingLastComponent()
        }
        return path
    }

    /// The target of a symbolic link, as native text; `nil` if the path is not a symbolic link.
    package var linkTarget: String? {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let count = withPlatformString { readlink($0, &bytes, Int(PATH_MAX)) }
        return count > 0 ? String(native: bytes) : nil
    }

    /// The path without symbolic links (realpath(3)).
    ///
    /// - Throws: `Errno`, where it does not exist.
    package func resolved() throws(Errno) -> FilePath {
        guard let text = withPlatformString({ realpath($0, nil) }) else {
            throw Errno(rawValue: errno)
        }
        defer { free(text) }
        return FilePath(platformString: text)
    }

    /// Renames this path to `target`, in place of what has that name.
    ///
    /// - Throws: `Errno`; `resourceBusy` if `target` is a mount point.
    package func rename(to target: FilePath) throws(Errno) {
        let result = withPlatformString { source in
            target.withPlatformString { Glibc.rename(source, $0) }
        }
        guard result == 0 else { throw Errno(rawValue: errno) }
    }

    /// Gives this file the name `target`, which nothing has.
    ///
    /// - Throws: `Errno`; `fileExists` if something has that name.
    package func rename(toNew target: FilePath) throws(Errno) {
        let result = withPlatformString { source in
            target.withPlatformString { link(source, $0) }
        }
        if result == 0 { return try unlink() }
        switch errno {
        case EPERM, EOPNOTSUPP, ENOSYS, EMLINK:
            // No hard links here. What another process makes between these two lines is replaced.
            guard target.status == nil else { throw .fileExists }
            try rename(to: target)
        default: throw Errno(rawValue: errno)
        }
    }

    /// Removes the name of a file, or of a symbolic link.
    ///
    /// - Throws: `Errno`.
    package func unlink() throws(Errno) {
        guard withPlatformString({ Glibc.unlink($0) }) == 0 else { throw Errno(rawValue: errno) }
    }

    /// A name in this directory that is not taken: `name`, or that with a number from 2.
    package func freeName(_ name: String) -> FilePath {
        var path = appending(name)
        var number = 2
        while path.status != nil {
            path = appending("\(name)-\(number)")
            number += 1
        }
        return path
    }
}

extension Stat {
    /// The device and inode, which no other file has.
    package var identity: FileIdentity {
        FileIdentity(device: UInt64(rawValue.st_dev), inode: UInt64(rawValue.st_ino))
    }
}

/// Identifies a file on the machine, for as long as the file exists.
package struct FileIdentity: Hashable, Sendable {
    private let device: UInt64
    private let inode: UInt64

    fileprivate init(device: UInt64, inode: UInt64) {
        self.device = device
        self.inode = inode
    }
}
