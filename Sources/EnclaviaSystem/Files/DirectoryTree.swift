import EnclaviaCore
import Glibc

/// Lists and removes directories. Removal follows no symbolic link in the tree.
package enum DirectoryTree {
    /// The names in a directory (``DirectoryNames/of(_:followsLink:)``).
    package static func names(in path: String, followsLink: Bool = true) -> [String] {
        DirectoryNames.of(path, followsLink: followsLink)
    }

    /// Removes a directory and all that is in it; links are removed, not what they point at.
    ///
    /// - Returns: whether it is gone.
    @discardableResult
    package static func remove(_ path: String) -> Bool {
        remove(path, in: AT_FDCWD, depth: 0)
    }

    /// No client makes a deeper tree; the limit keeps a malicious one from overflowing the stack.
    private static let depthLimit = 32

    private static func remove(_ name: String, in parent: Int32, depth: Int) -> Bool {
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        let directory = openat(parent, name.native, flags)
        guard directory >= 0 else { return isGone(unlinkat(parent, name.native, 0)) }
        defer { close(directory) }
        if depth < depthLimit {
            for child in DirectoryNames.closing(fcntl(directory, F_DUPFD_CLOEXEC, 0)) {
                // A child that cannot be removed makes the removal of the directory fail, which is reported.
                _ = remove(child, in: directory, depth: depth + 1)
            }
        }
        return isGone(unlinkat(parent, name.native, AT_REMOVEDIR))
    }

    /// Another process may have removed it meanwhile.
    private static func isGone(_ result: Int32) -> Bool { result == 0 || errno == ENOENT }
}
